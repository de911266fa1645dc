"""Attacks on tokens, run in the tests: what hardening is worth, and what it is not."""

from slachtoffermonitor.link.private.attacks.dictionary import dictionary_attack
from slachtoffermonitor.link.private.attacks.frequency import frequency_attack
from slachtoffermonitor.link.private.attacks.outcome import AttackOutcome
from slachtoffermonitor.link.private.attacks.patterns import pattern_attack
from slachtoffermonitor.link.private.attacks.table import HARDENINGS, attack_table

__all__ = [
    "HARDENINGS",
    "AttackOutcome",
    "attack_table",
    "dictionary_attack",
    "frequency_attack",
    "pattern_attack",
]
