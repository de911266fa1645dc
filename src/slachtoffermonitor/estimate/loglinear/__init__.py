"""Hierarchical log-linear models: enumeration, fitting, existence, search."""
