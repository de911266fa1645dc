"""The log-linear model on lists × covariates: its design, its maximum, whether that exists."""
