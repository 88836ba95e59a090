"""The integrals between a source and a detector; they know interfaces, no special reaction."""
