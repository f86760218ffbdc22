"""A study of many people: who made which file, what became of each, and the tables that others read."""
