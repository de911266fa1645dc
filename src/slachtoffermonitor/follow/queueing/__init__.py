"""Waiting for help: how long, how many, and what happens to people meanwhile."""
