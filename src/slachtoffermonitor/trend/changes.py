"""What changed from year to year: statements with evidence, and which group drives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.trend._counts import require_level
from slachtoffermonitor.trend._intervals import known_dispersion, weighted_limits
from slachtoffermonitor.trend._wording import change_sentence
from slachtoffermonitor.trend._years import OTHER_YEARS, Spread, checked_years, spread_of
from slachtoffermonitor.trend.decomposing.drivers import one_group_sentence
from slachtoffermonitor.trend.decomposing.groups import contributions_of, driver_of
from slachtoffermonitor.trend.rates import RateRatio, Verdict, rate_ratio

__all__ = ["Change", "describe_change"]

Against = Literal["previous", "first"]
Kind = Literal["total", "group", "one group"]

_TOTAL = Text("Total")
_USUAL = Text("Other years differ from each other as much: it can be the usual ups and downs.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One statement: the latest year against an earlier one.

    `kind`: "total"; "group": one group's part in it; "one group": the total's change is that of
    `group` alone, and the counts are those of the total without it. `difference` is after less
    before with its limits; `contribution` is the difference as a share of the total before (the
    contributions of all groups add up to the change of the total), None where that is 0. Groups
    are judged at the stricter `rate.level`, so that ten groups give no more false news than one.
    `usual` says whether the other years differ from each other as much, None where there are
    fewer than four of them; `remark` puts that into words where the change is beyond chance.
    """

    kind: Kind
    against: Against
    group: str
    year_from: int
    year_to: int
    before: int
    after: int
    difference: int
    difference_low: float
    difference_high: float
    contribution: float | None
    rate: RateRatio
    verdict: Verdict
    usual: bool | None
    sentence: Text
    remark: Text | None

    @property
    def beyond_chance(self) -> bool:
        """Whether more than chance is needed to explain the change."""
        return self.rate.beyond_chance


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two years that are compared, and how the statements on them are made."""

    against: Against
    years: tuple[int, int]
    counts: Mapping[str, tuple[int, int]]
    level: float
    stated: float | None
    total_spread: Spread | None
    group_spread: Spread | None

    @property
    def total(self) -> tuple[int, int]:
        return (
            sum(before for before, _ in self.counts.values()),
            sum(after for _, after in self.counts.values()),
        )

    def dispersion(self, kind: Kind, level: float) -> float:
        """Give the overdispersion to judge by: the one stated, or that of the other years."""
        if self.stated is not None:
            return self.stated
        return self.usual_dispersion(kind, level) or 1.0

    def usual_dispersion(self, kind: Kind, level: float) -> float | None:
        spread = self.group_spread if kind == "group" else self.total_spread
        if spread is None:
            return None
        return known_dispersion(spread.dispersion, spread.degrees, level)


def describe_change(
    frame: pl.DataFrame,
    *,
    level: float = 0.95,
    overdispersion: float | Literal["years"] = 1.0,
    subject: Text | str = _TOTAL,
    labels: Mapping[str, Text | str] | None = None,
) -> tuple[Change, ...]:
    """What changed in the latest year, beyond chance, and which group made it so?

    Two yearly counts always differ; only a difference that chance hardly makes is called more or
    fewer. Beyond chance is not the same as real: another law, or another way of counting, changes
    counts as well. Chance means that of counting unless `overdispersion` says more: where years
    always go up and down, state it, or every second year is news.

    Args:
        frame: the columns year, count and, if there are groups, group; one row for every year and
            group, with 0 written where there was nobody.
        level: of the limits of the total; groups share the remaining chance of error.
        overdispersion: the variance of a count over its mean; 1 for Poisson counts; "years" takes
            it from the years that are not compared, of which there must be four.
        subject: what is counted, for the sentences.
        labels: how a group is called in the sentences; its code where nothing is given.

    Returns:
        For the latest year against the previous one and against the first: the total, every
        group by size of its difference, and, when there is one, the group that is the whole
        change.

    Raises:
        InputError: a column is missing, a count is negative or empty, a year and group occur
            twice or not at all, there are fewer than two years, or too few to take the
            overdispersion from.

    Source: Przyborowski & Wilenski (1940) for each ratio; Bonferroni over the groups; Zou, Huang
        & Zhang (2009) for the limits of a difference.

    """
    require_level(level)
    counts = checked_years(frame)
    years = sorted(counts["year"].unique())
    latest, previous, first = years[-1], years[-2], years[0]
    pairs: list[tuple[Against, int]] = [("previous", previous)]
    if first != previous:
        pairs.append(("first", first))
    stated = None if overdispersion == "years" else float(overdispersion)
    if stated is None and len(years) < OTHER_YEARS + 2:
        raise InputError(
            Problem(
                what="too few years to take the overdispersion from",
                found=str(len(years)),
                allowed=f"{OTHER_YEARS + 2} or more",
            )
        )
    named = dict(labels or {})
    return tuple(
        change
        for against, earlier in pairs
        for change in _statements(
            _pair(counts, against, (earlier, latest), level, stated), subject, named
        )
    )


def _pair(
    counts: pl.DataFrame,
    against: Against,
    years: tuple[int, int],
    level: float,
    stated: float | None,
) -> _Pair:
    before, after = (
        dict(counts.filter(pl.col("year") == year).select("group", "count").iter_rows())
        for year in years
    )
    others = counts.filter(~pl.col("year").is_in(years))
    return _Pair(
        against=against,
        years=years,
        counts={group: (before[group], after[group]) for group in sorted(before)},
        level=level,
        stated=stated,
        total_spread=spread_of(
            others.group_by("year").agg(pl.col("count").sum(), group=pl.lit(""))
        ),
        group_spread=spread_of(others),
    )


def _statements(pair: _Pair, subject: Text | str, named: Mapping[str, Text | str]) -> list[Change]:
    total = _change("total", pair, "", pair.total, subject=subject, level=pair.level)
    if set(pair.counts) == {""}:
        return [total]
    strict = 1 - (1 - pair.level) / len(pair.counts)
    groups = [
        _change("group", pair, group, both, subject=named.get(group, group), level=strict)
        for group, both in pair.counts.items()
    ]
    groups.sort(key=lambda change: -abs(change.difference))
    parts = contributions_of(
        pair.counts, level=pair.level, dispersion=pair.dispersion("total", pair.level)
    )
    largest, driving = driver_of(total.rate, parts)
    if largest is None or driving != "only":
        return [total, *groups]
    label = named.get(largest.group, largest.group)
    rest = (largest.without.before, largest.without.after)
    sentence = one_group_sentence(label, pair.years, total.rate, largest.without)
    only = _change(
        "one group", pair, largest.group, rest, subject=label, level=pair.level, sentence=sentence
    )
    return [total, *groups, only]


def _change(
    kind: Kind,
    pair: _Pair,
    group: str,
    counts: tuple[int, int],
    *,
    subject: Text | str,
    level: float,
    sentence: Text | None = None,
) -> Change:
    before, after = counts
    dispersion = pair.dispersion(kind, level)
    rate = rate_ratio(before, after, level=level, overdispersion=dispersion)
    low, high = weighted_limits(
        np.array([-1.0, 1.0]), np.array([before, after], dtype=float), level, dispersion
    )
    usual_dispersion = pair.usual_dispersion(kind, level)
    usual = (
        None
        if usual_dispersion is None
        else not rate_ratio(
            before, after, level=level, overdispersion=usual_dispersion
        ).beyond_chance
    )
    base = pair.total[0]
    return Change(
        kind=kind,
        against=pair.against,
        group=group,
        year_from=pair.years[0],
        year_to=pair.years[1],
        before=before,
        after=after,
        difference=after - before,
        difference_low=low,
        difference_high=high,
        contribution=(after - before) / base if base else None,
        rate=rate,
        verdict=rate.verdict,
        usual=usual,
        sentence=sentence
        or change_sentence(
            subject,
            pair.years,
            counts,
            (rate.ratio, rate.low, rate.high),
            verdict=rate.verdict,
            level=level,
        ),
        remark=_USUAL if rate.beyond_chance and usual else None,
    )
