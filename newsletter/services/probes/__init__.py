"""Probes: the I/O that fills in facts for checks. Each is off unless it is asked for."""
