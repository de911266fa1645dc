"""A synthetic nation with known truth, calibrated to published figures; nobody in it exists."""

from slachtoffermonitor.simulate._nation import Nation, simulate_nation, write_nation
from slachtoffermonitor.simulate.following.law import solve_repeat_law
from slachtoffermonitor.simulate.following.proceedings import Proceedings, simulate_proceedings
from slachtoffermonitor.simulate.following.shares import RepeatLaw

__all__ = [
    "Nation",
    "Proceedings",
    "RepeatLaw",
    "simulate_nation",
    "simulate_proceedings",
    "solve_repeat_law",
    "write_nation",
]
