"""Scans: a plan of points, computed in parts that survive."""
