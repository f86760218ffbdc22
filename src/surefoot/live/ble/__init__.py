"""Bluetooth sensors: what they are (`device`, `devices`), and how their packets become a `Recording`."""
