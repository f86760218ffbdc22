"""Phones on the network: phyphox's remote access, asked by us; Sensor Logger's push, received by us."""
