"""Counting over whole days: the arithmetic under every figure of this room, on plain arrays."""
