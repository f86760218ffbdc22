"""The page that makes a phone the sensor, and what apps push."""
