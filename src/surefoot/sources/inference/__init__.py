"""Tables of no known app: what their columns are, by their names and by gravity."""
