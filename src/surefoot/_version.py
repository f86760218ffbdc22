"""The version of the package, where the core can read it without loading anything."""

__version__ = "0.1.0"
