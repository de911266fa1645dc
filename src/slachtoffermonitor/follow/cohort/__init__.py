"""Cohorts: from registrations, events and presence to days that can be counted."""
