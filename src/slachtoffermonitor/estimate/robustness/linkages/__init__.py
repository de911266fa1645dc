"""Estimates from many imputed linkages."""
