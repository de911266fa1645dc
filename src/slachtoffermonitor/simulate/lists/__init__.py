"""Lists that are independent by construction: the only thing that is not sure is who is whom."""

from slachtoffermonitor.simulate.lists.independent import ListedPersons, simulate_lists

__all__ = ["ListedPersons", "simulate_lists"]
