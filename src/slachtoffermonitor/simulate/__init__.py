"""A synthetic nation with known truth, calibrated to published figures; nobody in it exists."""

from slachtoffermonitor.simulate._nation import Nation, simulate_nation, write_nation

__all__ = ["Nation", "simulate_nation", "write_nation"]
