"""Victims who are also suspects: how many, in which order, and how people go from one to both."""
