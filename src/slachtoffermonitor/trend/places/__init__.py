"""Municipalities and regions side by side, without a league table."""
