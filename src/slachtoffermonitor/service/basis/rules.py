"""The shapes of the rules: sources, dated facts, rule sets, and the rows of the decision table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from slachtoffermonitor.ground import InputError, Language, Problem

__all__ = ["Condition", "Fact", "Light", "Outcome", "Row", "RuleSet", "Rules", "Source"]

Light = Literal["green", "amber", "red"]
Words = Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule comes from; `reading` is "cited" when the source itself was not read."""

    id: str
    title: str
    reading: Literal["read", "cited"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What changed on a day, and who says so."""

    on: date
    source: Source
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A stretch of time with one set of rules; both days are inclusive, None means still."""

    id: str
    valid_from: date
    valid_to: date | None
    sources: tuple[Source, ...]
    articles: Mapping[str, str]

    def holds(self, on: date) -> bool:
        """Say whether the set holds on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a row fits; None means that it does not matter."""

    rule_sets: tuple[str, ...] | None = None
    reporters: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    ages: tuple[str, ...] | None = None
    consents: tuple[str, ...] | None = None
    giver_is_asked: bool | None = None
    giver_suspected: bool | None = None
    contested_ground: bool | None = None
    officer_decided: bool | None = None

    def wanted(self) -> tuple[tuple[str, tuple[str | bool, ...]], ...]:
        """Name what the row looks at, and the answers that it takes."""
        return _wanted(self)

    def fits(self, facts: Mapping[str, str | bool]) -> bool:
        """Say whether the row fits the facts, each under the name of its condition."""
        return all(facts[name] in taken for name, taken in _wanted(self))


@cache
def _wanted(condition: Condition) -> tuple[tuple[str, tuple[str | bool, ...]], ...]:
    answers = ((name, getattr(condition, name)) for name in Condition.__slots__)
    return tuple(
        (name, (wanted,) if isinstance(wanted, bool) else wanted)
        for name, wanted in answers
        if wanted is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a row decides: the basis, what may be sent, the light, and what is missing."""

    basis: str
    may_send: str
    light: Light
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the decision table."""

    id: str
    when: Condition
    then: Outcome
    reason: Words
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The most that a purpose may have, and the purposes to try when it may have nothing."""

    at_most: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalEffect:
    """What is left of a report when its consent is withdrawn, and what that does to figures.

    `leaves` is a code of the list `report_contents`: all of it, or a count only.
    """

    bases: tuple[str, ...]
    leaves: str
    text: Words
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Rules:
    """All rules of one version, checked: every day from the first on has exactly one set."""

    version: str
    sources: Mapping[str, Source]
    facts: tuple[Fact, ...]
    rule_sets: tuple[RuleSet, ...]
    asks: Mapping[str, Mapping[str, tuple[str, ...]]]
    purposes: Mapping[str, Purpose]
    rows: tuple[Row, ...]
    needs: Mapping[str, Words]
    withdrawals: tuple[WithdrawalEffect, ...]

    def __repr__(self) -> str:
        return f"Rules(version {self.version}, {len(self.rows)} rows)"

    def rule_set(self, on: date) -> RuleSet:
        """Which rule set holds on the day?

        Raises:
            InputError: the day lies before the first set: its rules were not looked up.

        """
        for found in self.rule_sets:
            if found.holds(on):
                return found
        raise InputError(
            Problem(
                what="no rules are known for this day",
                found=on.isoformat(),
                allowed=f"{self.rule_sets[0].valid_from.isoformat()} or later",
            )
        )
