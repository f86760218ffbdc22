"""The pages of the diary in a browser on this computer."""
