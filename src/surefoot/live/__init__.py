"""Everything that arrives while a test runs, from the sensor to the journal on disk."""
