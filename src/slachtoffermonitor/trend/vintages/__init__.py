"""Figures that are not final: late reports, revised editions, two series of one thing."""
