"""A watch over reporters: what came each week against what was to be expected."""
