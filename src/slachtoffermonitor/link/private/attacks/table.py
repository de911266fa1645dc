"""What hardening is worth: every attack on every hardening, and what it costs in linkage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final, Literal

import polars as pl

from slachtoffermonitor.link.linking import link_reports
from slachtoffermonitor.link.private.attacks.dictionary import dictionary_attack
from slachtoffermonitor.link.private.attacks.frequency import frequency_attack
from slachtoffermonitor.link.private.attacks.outcome import AttackOutcome
from slachtoffermonitor.link.private.attacks.patterns import pattern_attack
from slachtoffermonitor.link.private.keys import Key, new_key
from slachtoffermonitor.link.private.parameters import TokenParameters
from slachtoffermonitor.link.private.tokens import tokenise
from slachtoffermonitor.simulate import simulate_nation

__all__ = ["HARDENINGS", "attack_table"]

HARDENINGS: Final[Mapping[str, TokenParameters]] = MappingProxyType(
    {
        "none": TokenParameters(epsilon=None),
        "balanced": TokenParameters(epsilon=None, balanced=True),
        "salted by sex": TokenParameters(epsilon=None, salt="sex"),
        "flipped": TokenParameters(),
        "flipped and balanced": TokenParameters(balanced=True),
    }
)
_NAMES: Final[tuple[Literal["given", "surname"], ...]] = ("given", "surname")


def attack_table(
    *, seed: int, persons: int, hardenings: Mapping[str, TokenParameters] = HARDENINGS
) -> dict[str, Any]:
    """How many names does each attack find, with and without hardening, and what does that cost?

    Read the rates beside `chance`: what naming the most frequent name of each group finds.

    Args:
        seed: of the simulated nation, and of the linkage.
        persons: size of the simulated nation.
        hardenings: parameters to compare, by name; the first is what the others are held against.

    Returns:
        What JSON can hold: `reports`, and `hardenings`: for each name `parameters`, `precision`,
        `recall` and `f1` of pairs of reports, `f1_cost` against the first, and `attacks`: rows of
        `attack`, `attacker`, `field`, `records`, `guessed`, `right`, `rate` and `chance`.

    """
    nation = simulate_nation(seed=seed, persons=persons)
    reports = pl.concat(
        frame for name, frame in nation.deliveries.items() if name.startswith("notifications-")
    )
    truth = nation.truth["notification_person"]
    register, key = nation.deliveries["population"], new_key()
    table: dict[str, Any] = {}
    for name, parameters in hardenings.items():
        tokens = tokenise(reports, key, parameters)
        linked = link_reports(tokens, private=True, seed=seed)
        found = _scores(linked.reports, truth)
        first = next(iter(table.values()))["f1"] if table else found["f1"]
        table[name] = {
            "parameters": asdict(parameters),
            **found,
            "f1_cost": first - found["f1"],
            "attacks": list(_attacked(tokens, reports, register, key)),
        }
    return {"reports": reports.height, "hardenings": table}


def _attacked(
    tokens: pl.DataFrame, reports: pl.DataFrame, register: pl.DataFrame, key: Key
) -> Iterator[dict[str, Any]]:
    """Run every attack by every attacker."""
    keys = {"holds the key": key, "has no key": new_key()}
    known = {"knows the register of persons": register, "knows all the names": reports}
    for field in _NAMES:
        for attacker, held in keys.items():
            found = dictionary_attack(tokens, reports, register, key=held, field=field)
            yield _row(found, attacker)
        for attacker, reference in known.items():
            yield _row(frequency_attack(tokens, reports, reference, field=field), attacker)
            yield _row(pattern_attack(tokens, reports, reference, field=field), attacker)


def _row(outcome: AttackOutcome, attacker: str) -> dict[str, Any]:
    return {"attacker": attacker, **asdict(outcome), "rate": outcome.rate}


def _scores(found: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Give precision, recall and F1 over pairs of reports."""
    both = found.select("notification_id", "person_id").join(
        truth.select("notification_id", true_person="person_id"), on="notification_id"
    )

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    together = pairs("person_id", "true_person")
    precision, recall = together / pairs("person_id"), together / pairs("true_person")
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
    }
