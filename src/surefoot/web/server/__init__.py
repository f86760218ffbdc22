"""Sockets, limits, tokens, certificates and addresses: what every page rests on."""
