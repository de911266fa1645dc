"""Which groups drive a change between two years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from slachtoffermonitor.ground import InputError, Number, Problem, Text
from slachtoffermonitor.trend._counts import checked, require_complete, require_level
from slachtoffermonitor.trend._wording import change_sentence
from slachtoffermonitor.trend.decomposing.groups import (
    Contribution,
    Driving,
    contributions_of,
    driver_of,
)
from slachtoffermonitor.trend.decomposing.mix import RateAndMix, split_rate_and_mix
from slachtoffermonitor.trend.rates import RateRatio, rate_ratio

__all__ = ["Drivers", "drivers", "one_group_sentence"]

_ONLY = {
    ("more", "fewer"): "The rise is only in {group}. Without it there were fewer: {after} in "
    "{year_to} against {before} in {year_from}.",
    ("more", "about the same"): "The rise is only in {group}. Without it there were about as many: "
    "{after} in {year_to} against {before} in {year_from}.",
    ("more", "no conclusion"): "The rise is only in {group}. Without it there is no clear change: "
    "{after} in {year_to} against {before} in {year_from}.",
    ("fewer", "more"): "The fall is only in {group}. Without it there were more: {after} in "
    "{year_to} against {before} in {year_from}.",
    ("fewer", "about the same"): "The fall is only in {group}. Without it there were about as "
    "many: {after} in {year_to} against {before} in {year_from}.",
    ("fewer", "no conclusion"): "The fall is only in {group}. Without it there is no clear "
    "change: {after} in {year_to} against {before} in {year_from}.",
}
_MOSTLY = {
    "more": "The rise is mostly in {group}: {part} of {change}. Without it there were more too: "
    "{after} in {year_to} against {before} in {year_from}.",
    "fewer": "The fall is mostly in {group}: {part} of {change}. Without it there were fewer too: "
    "{after} in {year_to} against {before} in {year_from}.",
}
_SPREAD = {
    "more": "The rise is in no single group; the largest part is in {group}: {part} of {change}.",
    "fewer": "The fall is in no single group; the largest part is in {group}: {part} of {change}.",
}
_AGAINST = {
    "more": "While the total rose, {group} fell: {after} against {before}.",
    "fewer": "While the total fell, {group} rose: {after} against {before}.",
    "": "The total hides that {group} changed: {after} against {before}.",
}
_MIX = (
    "Of a change of {change} per {per}, {rates} come from other rates within groups and {mix} from "
    "another mix of groups."
)
_PER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What makes a change between two years.

    `contributions` has every group, the largest difference first. `driver` is the group that the
    change is in, and `driving` says whether "only" or "mostly" there; None where the change is
    spread over groups, or no change is beyond chance. `against` are the groups that moved the
    other way beyond chance, or moved beyond chance while the total did not. `rate_and_mix` is
    there when sizes were given. `statement` says what the total did, `sentences` what made it do
    so, the main one first.
    """

    year_from: int
    year_to: int
    total: RateRatio
    contributions: tuple[Contribution, ...]
    driver: str | None
    driving: Driving | None
    against: tuple[str, ...]
    rate_and_mix: RateAndMix | None
    statement: Text
    sentences: tuple[Text, ...]

    @property
    def difference(self) -> int:
        """The change of the total."""
        return self.total.after - self.total.before


def drivers(
    frame: pl.DataFrame,
    *,
    before: int | None = None,
    after: int | None = None,
    level: float = 0.95,
    overdispersion: float = 1.0,
    labels: Mapping[str, Text | str] | None = None,
) -> Drivers:
    """Which groups make the total rise or fall, and what does it do without them?

    A total can rise because one group rises while all others fall; the headline is then about
    that group. Where one person can be in several groups (reporters, forms) the groups add up to
    more than the persons: the total here is that of the groups.

    Args:
        frame: the columns year, group and count, one row for every year and group with 0 where
            there was nobody; and, if rates are wanted, size (persons or months behind the count).
        before: the earlier year; without it, the last but one.
        after: the later year; without it, the last.
        level: of the limits of the total; the groups share the remaining chance of error.
        overdispersion: the variance of a count over its mean; 1 for Poisson counts.
        labels: how a group is called in the sentences; its code where nothing is given.

    Returns:
        `Drivers`. With sizes, the change of the overall rate is also split into other rates
        within the groups and another mix of groups.

    Raises:
        InputError: a column is missing or wrong, a year and group occur twice or not at all, or a
            year asked for is not there.

    Source: Zou, Huang & Zhang (2009) for the limits of a difference; Przyborowski & Wilenski
        (1940) for each ratio; Bonferroni over the groups; Kitagawa (1955) for rates and mix.

    >>> rows = {"year": [2017, 2017, 2018, 2018], "group": ["POL", "ZC"] * 2}
    >>> found = drivers(pl.DataFrame(rows | {"count": [432, 320, 530, 91]}))
    >>> found.driver, found.against
    ('ZC', ('POL',))

    """
    require_level(level)
    rows = checked(
        frame,
        {"year": "whole", "group": "text", "count": "count"},
        optional={"size": "size"},
        key=("year", "group"),
    )
    require_complete(rows, "year", "group")
    years = _years(rows, before, after)
    groups = sorted(rows["group"].unique())
    table = {year: rows.filter(pl.col("year") == year).sort("group") for year in years}
    pairs = zip(*(table[year]["count"].to_list() for year in years), strict=True)
    counts = dict(zip(groups, pairs, strict=True))
    total = rate_ratio(
        *(int(table[year]["count"].sum()) for year in years),
        level=level,
        overdispersion=overdispersion,
    )
    contributions = contributions_of(counts, level=level, dispersion=overdispersion)
    driver, driving = driver_of(total, contributions)
    against = _against(total, contributions)
    mix = None
    if "size" in rows.columns:
        both = [np.stack([table[y][c].to_numpy() for y in years], 1) for c in ("count", "size")]
        mix = split_rate_and_mix(
            groups, both[0].astype(float), both[1], level=level, dispersion=overdispersion
        )
    return Drivers(
        year_from=years[0],
        year_to=years[1],
        total=total,
        contributions=contributions,
        driver=driver.group if driver else None,
        driving=driving,
        against=tuple(one.group for one in against),
        rate_and_mix=mix,
        statement=_statement(years, total),
        sentences=(
            *_driver_sentence(years, total, contributions, (driver, driving), labels or {}),
            *_against_sentences(total, against, labels or {}),
            *_mix_sentence(mix),
        ),
    )


def _years(rows: pl.DataFrame, before: int | None, after: int | None) -> tuple[int, int]:
    known = sorted(rows["year"].unique())
    if len(known) < 2:
        raise InputError(Problem(what="a change needs at least two years", column="year"))
    later = known[-1] if after is None else after
    earlier = max((year for year in known if year < later), default=later)
    chosen = (earlier if before is None else before, later)
    problems = [
        Problem(
            what="there are no counts of this year",
            column="year",
            found=str(year),
            allowed=", ".join(map(str, known)),
        )
        for year in chosen
        if year not in known
    ]
    if not problems and chosen[0] >= chosen[1]:
        problems = [
            Problem(what="the years run backwards", found=f"{chosen[0]} before {chosen[1]}")
        ]
    if problems:
        raise InputError(problems)
    return chosen


def _statement(years: tuple[int, int], total: RateRatio) -> Text:
    return change_sentence(
        Text("Total"),
        years,
        (total.before, total.after),
        (total.ratio, total.low, total.high),
        verdict=total.verdict,
        level=total.level,
    )


def _against(total: RateRatio, contributions: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """Find the groups whose own change, beyond chance, is not that of the total."""
    return tuple(
        one for one in contributions if one.rate.beyond_chance and one.verdict != total.verdict
    )


def _driver_sentence(
    years: tuple[int, int],
    total: RateRatio,
    contributions: tuple[Contribution, ...],
    found: tuple[Contribution | None, Driving | None],
    labels: Mapping[str, Text | str],
) -> Iterator[Text]:
    driver, driving = found
    if not total.beyond_chance or len(contributions) < 2:
        return
    change = total.after - total.before
    largest = driver or max(contributions, key=lambda one: one.difference * change)
    label = labels.get(largest.group, largest.group)
    if driving == "only":
        yield one_group_sentence(label, years, total, largest.without)
        return
    yield Text(
        (_MOSTLY if driver else _SPREAD)[total.verdict],
        {
            "group": label,
            "part": Number(abs(largest.difference)),
            "change": Number(abs(change)),
            **(_years_and_rest(years, largest.without) if driver else {}),
        },
    )


def _against_sentences(
    total: RateRatio, against: tuple[Contribution, ...], labels: Mapping[str, Text | str]
) -> Iterator[Text]:
    for one in against:
        yield Text(
            _AGAINST[total.verdict if total.beyond_chance else ""],
            {
                "group": labels.get(one.group, one.group),
                "before": Number(one.before),
                "after": Number(one.after),
            },
        )


def _mix_sentence(mix: RateAndMix | None) -> Iterator[Text]:
    if mix is not None:
        parts = {"change": mix.change, "rates": mix.by_rates, "mix": mix.by_mix}
        numbers = {
            name: Number(_PER * part.value, "+#,##0.00;-#,##0.00") for name, part in parts.items()
        }
        yield Text(_MIX, {**numbers, "per": Number(_PER)})


def _years_and_rest(years: tuple[int, int], rest: RateRatio) -> dict[str, Number | int]:
    return {
        "year_from": years[0],
        "year_to": years[1],
        "before": Number(rest.before),
        "after": Number(rest.after),
    }


def one_group_sentence(
    group: Text | str, years: tuple[int, int], total: RateRatio, rest: RateRatio
) -> Text:
    """Say that a change is one group's, and what there is without it."""
    return Text(
        _ONLY[(total.verdict, rest.verdict)],
        {"group": group, **_years_and_rest(years, rest)},
    )
