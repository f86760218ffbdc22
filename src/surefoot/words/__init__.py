"""How results are said: the only place where sentences are built."""
