"""A folder of a room."""
