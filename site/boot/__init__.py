"""The fast start: one archive of what a start needs, compiled, and one of everything else."""
