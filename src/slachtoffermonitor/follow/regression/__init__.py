"""Regression on hazards: groups compared while all else that is known is equal."""
