"""Which reporters reported all along, so that a change is not one of who reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from slachtoffermonitor.vocabulary import code_list

__all__ = ["Absence", "constant_reporters", "type_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A year in which a reporter sent nothing, and for which it is not in the panel."""

    reporter: str
    nothing_from: date
    nothing_until: date


def constant_reporters(
    counts: pl.DataFrame, sides: tuple[pl.Series, pl.Series], per_year: int
) -> tuple[tuple[str, ...], tuple[Absence, ...]]:
    """Give the reporters with a report in every year of both sides, and the absences of others.

    Args:
        counts: reporter, period, count.
        sides: the periods before and after the event, each sorted.
        per_year: how many periods make a year; years are counted from the event both ways, and a
            rest shorter than a year belongs to the year next to it.

    """
    before, after = sides
    stretches = [*_years(before.reverse(), per_year), *_years(after, per_year)]
    absences = []
    reporters = sorted(counts["reporter"].unique())
    for days in sorted(sorted(stretch) for stretch in stretches):
        heard = set(counts.filter(pl.col("period").is_in(days) & (pl.col("count") > 0))["reporter"])
        absences += [
            Absence(reporter=one, nothing_from=days[0], nothing_until=days[-1])
            for one in reporters
            if one not in heard
        ]
    missing = {one.reporter for one in absences}
    return tuple(one for one in reporters if one not in missing), tuple(absences)


def _years(days: pl.Series, per_year: int) -> list[pl.Series]:
    whole = max(1, len(days) // per_year)
    return [days.slice(n * per_year, None if n == whole - 1 else per_year) for n in range(whole)]


def type_of(reporters: tuple[str, ...], types: Mapping[str, str] | None) -> dict[str, str]:
    """Give the type of each reporter: as stated, or as the code list of reporters has it."""
    if types is not None:
        return {one: types[one] for one in reporters if one in types}
    listed = code_list("reporters")
    return {one: listed[one].parent or one for one in reporters if one in listed}
