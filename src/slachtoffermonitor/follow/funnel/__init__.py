"""Funnels: what becomes of cases, with the ways out competing."""
