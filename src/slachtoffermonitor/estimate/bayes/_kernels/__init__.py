"""Compiled samplers and sums of the Bayesian estimates."""
