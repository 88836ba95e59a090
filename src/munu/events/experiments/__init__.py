"""Run cards of experiments, one file each."""
