"""Controlled rounding: multiples of a base that still add up in every table."""

from slachtoffermonitor.disclose.rounding.controlled import Rounding, round_linked

__all__ = ["Rounding", "round_linked"]
