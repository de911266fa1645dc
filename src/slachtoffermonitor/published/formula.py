"""Arithmetic over claims, written as data: a formula names claims and how they are combined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from slachtoffermonitor.published.claims import claim

__all__ = ["Formula", "FormulaKind"]

FormulaKind = Literal["value", "share", "change", "one_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """How a number follows from claims.

    With A = the sum of `plus` minus the sum of `minus`, and B = the sum of `base`: `value` is A,
    `share` is 100 A / B, `change` is 100 (A - B) / B, `one_in` is B / A.
    """

    kind: FormulaKind
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    base: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the claims that the formula uses."""
        return (*self.plus, *self.minus, *self.base)

    def top(self) -> float:
        """Give A: what is counted."""
        return _total(self.plus) - _total(self.minus)

    def bottom(self) -> float:
        """Give B: what it is compared with; 0 when the formula has no base."""
        return _total(self.base)

    def value(self) -> float:
        """Compute the number, unrounded."""
        top, bottom = self.top(), self.bottom()
        if self.kind == "share":
            return 100 * top / bottom
        if self.kind == "change":
            return 100 * (top - bottom) / bottom
        return bottom / top if self.kind == "one_in" else top

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Formula:
        """Read the formula from an entry of a data file."""
        kind: FormulaKind = entry["kind"]
        if kind not in get_args(FormulaKind):
            raise ValueError(f"no such kind of formula: {kind!r}")
        return cls(
            kind=kind,
            plus=tuple(entry["plus"]),
            minus=tuple(entry.get("minus", ())),
            base=tuple(entry.get("base", ())),
        )


def _total(ids: tuple[str, ...]) -> float:
    total = 0.0
    for name in ids:
        value = claim(name).value
        if value is None:
            raise ValueError(f"claim {name} is a range and cannot be computed with")
        total += value
    return total
