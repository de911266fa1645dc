"""Residence tracks: what happened on which day, and which clocks run by which article.

A clock is a date by a rule; it judges nobody, and it is no legal advice.
"""
