"""One file for each app or logger whose exports are read."""
