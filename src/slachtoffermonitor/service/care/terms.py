"""What is over its agreed term? A rule over dates; it says nothing about a person."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from slachtoffermonitor.service.care.days import UNITS, day_after

__all__ = ["Breach", "Stretch", "Term", "agreed_terms", "over_term"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term that was agreed: from one moment until another, for some urgencies or for all."""

    id: str
    label: Mapping[str, str]
    begins: str
    ends: str
    amount: int
    unit: str
    urgencies: tuple[str, ...]

    def due_on(self, begun_on: date) -> date:
        """Give the last day within the term."""
        return day_after(begun_on, self.amount, self.unit)

    def concerns(self, stretch: Stretch) -> bool:
        """Say whether the term is about this stretch."""
        return (self.begins, self.ends) == (stretch.begins, stretch.ends) and (
            not self.urgencies or stretch.urgency in self.urgencies
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time of a request: it began, and ended or did not yet."""

    subject: object
    begins: str
    ends: str
    urgency: str
    begun_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A stretch that still lasts after its last day."""

    stretch: Stretch
    term: Term
    due_on: date
    days_over: int


@cache
def agreed_terms() -> tuple[Term, ...]:
    """Which terms were agreed? Data, so that who agrees on them can read and change them."""
    path = files("slachtoffermonitor.service.care").joinpath("data", "terms.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["terms"]
    wrong = [row["id"] for row in rows if row["unit"] not in UNITS]
    if wrong:
        raise ValueError(f"a term is in {', '.join(UNITS)}: {', '.join(wrong)}")
    return tuple(
        Term(
            id=row["id"],
            label=row["label"],
            begins=row["from"],
            ends=row["until"],
            amount=row["amount"],
            unit=row["unit"],
            urgencies=tuple(row["urgencies"]),
        )
        for row in rows
    )


def over_term(
    stretches: Iterable[Stretch], *, on: date, terms: Iterable[Term] | None = None
) -> list[Breach]:
    """Which stretches last beyond their term on this day?

    Returns:
        The breaches, the longest over its term first.

    """
    known = tuple(agreed_terms() if terms is None else terms)
    found = [
        Breach(stretch=stretch, term=term, due_on=due, days_over=(on - due).days)
        for stretch in stretches
        if stretch.ended_on is None
        for term in known
        if term.concerns(stretch)
        for due in (term.due_on(stretch.begun_on),)
        if due < on
    ]
    return sorted(found, key=lambda breach: (breach.due_on, breach.term.id))
