"""The board trainer: a bull's-eye and a sound that follow the tilt of a wobble board, live."""
