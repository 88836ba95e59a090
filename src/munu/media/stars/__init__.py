"""Stars that lose energy: cores in hydrostatic equilibrium, and single zones."""
