"""Columns of a file to a `Recording`: clocks, axes, rotation, units."""
