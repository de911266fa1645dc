"""The tables of care, all in codes. What identifies a person lies in the vault, not here."""

from slachtoffermonitor.service.care.models.hand_overs import HandOver
from slachtoffermonitor.service.care.models.places import Offer, Supply, SupplyDay
from slachtoffermonitor.service.care.models.requests import CareEvent, HelpGround, HelpRequest, Need

__all__ = [
    "CareEvent",
    "HandOver",
    "HelpGround",
    "HelpRequest",
    "Need",
    "Offer",
    "Supply",
    "SupplyDay",
]
