"""Attacks on synthetic records: what they say of the people behind them."""

from slachtoffermonitor.disclose.attack.microdata.attacking import MicrodataAttack, attack_microdata
from slachtoffermonitor.disclose.attack.microdata.membership import Membership
from slachtoffermonitor.disclose.attack.microdata.outcome import MicrodataRisk, risk_of, wilson
from slachtoffermonitor.disclose.attack.microdata.trial import try_synthesis

__all__ = [
    "Membership",
    "MicrodataAttack",
    "MicrodataRisk",
    "attack_microdata",
    "risk_of",
    "try_synthesis",
    "wilson",
]
