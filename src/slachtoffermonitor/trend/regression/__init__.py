"""Regression of counts on a handful of terms: fits, and how sure their coefficients are."""
