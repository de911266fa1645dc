"""What changed from year to year: statements with evidence, and which group drives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.trend._intervals import count_limits
from slachtoffermonitor.trend._wording import change_sentence, one_group_sentence
from slachtoffermonitor.trend.rates import RateRatio, Verdict, compare_counts

__all__ = ["Change", "describe_change"]

Against = Literal["previous", "first"]
Kind = Literal["total", "group", "one group"]

_REST_AT_MOST = 0.25  # of a change, for the change to be "only in" the other group
_TOTAL = Text("Total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One statement: the latest year against an earlier one.

    `kind`: "total"; "group": one group's part in it; "one group": the total's change is that of
    `group` alone, and the counts are those of the total without it. `difference` is after less
    before with its limits; `contribution` is the difference as a share of the total before (the
    contributions of all groups add up to the change of the total), None where that is 0. Groups
    are judged at the stricter `rate.level`, so that ten groups give no more false news than one.
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
    sentence: Text

    @property
    def beyond_chance(self) -> bool:
        """Whether more than chance is needed to explain the change."""
        return self.rate.beyond_chance


@dataclass(frozen=True, slots=True, kw_only=True)
class _Years:
    """Two years that are compared: the counts of each group, in one order."""

    against: Against
    years: tuple[int, int]
    counts: Mapping[str, tuple[int, int]]

    @property
    def total(self) -> tuple[int, int]:
        return (
            sum(before for before, _ in self.counts.values()),
            sum(after for _, after in self.counts.values()),
        )


def describe_change(
    frame: pl.DataFrame,
    *,
    level: float = 0.95,
    subject: Text | str = _TOTAL,
    labels: Mapping[str, Text | str] | None = None,
) -> tuple[Change, ...]:
    """What changed in the latest year, beyond chance, and which group made it so?

    Two yearly counts always differ; only a difference that chance hardly makes is called more or
    fewer. Beyond chance is not the same as real: another law, or another way of counting, changes
    counts as well.

    Args:
        frame: the columns year, count and, if there are groups, group; one row for every year and
            group, with 0 written where there was nobody.
        level: of the limits of the total; groups share the remaining chance of error.
        subject: what is counted, for the sentences.
        labels: how a group is called in the sentences; its code where nothing is given.

    Returns:
        For the latest year against the previous one and against the first: the total, every
        group by size of its difference, and, when there is one, the group that is the whole
        change.

    Raises:
        InputError: a column is missing, a count is negative or empty, a year and group occur
            twice or not at all, or there are fewer than two years.

    Source: Przyborowski & Wilenski (1940) for each ratio; Bonferroni over the groups; Zou &
        Donner (2008) for the limits of a difference.

    """
    counts = _checked(frame)
    years = sorted(counts["year"].unique())
    latest, previous, first = years[-1], years[-2], years[0]
    pairs: list[tuple[Against, int]] = [("previous", previous)]
    if first != previous:
        pairs.append(("first", first))
    named = dict(labels or {})
    return tuple(
        change
        for against, earlier in pairs
        for change in _statements(
            _two_years(counts, against, (earlier, latest)), level, subject, named
        )
    )


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in ("year", "count") if name not in frame.columns]
    if missing:
        raise InputError([Problem(what="the column is missing", column=name) for name in missing])
    group = pl.col("group").cast(pl.String) if "group" in frame.columns else pl.lit("")
    rows = frame.select("year", "count", group.alias("group"))
    problems = [
        Problem(what="not whole numbers", column=name, found=str(rows.schema[name]))
        for name in ("year", "count")
        if not rows.schema[name].is_integer()
    ]
    if problems:
        raise InputError(problems)
    empty = rows.filter(pl.any_horizontal(pl.all().is_null())).height
    if empty:
        problems.append(Problem(what="rows with an empty year, count or group", found=str(empty)))
    negative = rows.filter(pl.col("count") < 0)
    for year, count, name in negative.rows():
        problems.append(Problem(what="a negative count", found=f"{count} in {year} {name}".strip()))
    seen = rows.group_by("year", "group").len()
    for year, name in seen.filter(pl.col("len") > 1).select("year", "group").sort(pl.all()).rows():
        problems.append(Problem(what="counted more than once", found=f"{year} {name}".strip()))
    needed = rows.select(pl.col("year").unique()).join(
        rows.select(pl.col("group").unique()), how="cross"
    )
    absent = needed.join(seen, on=["year", "group"], how="anti").sort(pl.all())
    for year, name in absent.rows():
        problems.append(
            Problem(what="a group without a count", found=f"{year} {name}", allowed="0 for nobody")
        )
    if rows["year"].n_unique() < 2:
        problems.append(Problem(what="a change needs at least two years", column="year"))
    if problems:
        raise InputError(problems)
    return rows


def _two_years(counts: pl.DataFrame, against: Against, years: tuple[int, int]) -> _Years:
    before, after = (
        dict(counts.filter(pl.col("year") == year).select("group", "count").iter_rows())
        for year in years
    )
    return _Years(
        against=against,
        years=years,
        counts={group: (before[group], after[group]) for group in sorted(before)},
    )


def _statements(
    pair: _Years, level: float, subject: Text | str, named: Mapping[str, Text | str]
) -> list[Change]:
    total = _change("total", pair, "", pair.total, subject=subject, level=level)
    if set(pair.counts) == {""}:
        return [total]
    strict = 1 - (1 - level) / len(pair.counts)
    groups = [
        _change("group", pair, group, both, subject=named.get(group, group), level=strict)
        for group, both in pair.counts.items()
    ]
    groups.sort(key=lambda change: -abs(change.difference))
    only = _only_one(pair, total, groups, level=level, named=named)
    return [total, *groups, *([only] if only else [])]


def _change(
    kind: Kind,
    pair: _Years,
    group: str,
    counts: tuple[int, int],
    *,
    subject: Text | str,
    level: float,
) -> Change:
    before, after = counts
    rate = compare_counts(before, after, level=level)
    low_before, high_before = count_limits(before, level)
    low_after, high_after = count_limits(after, level)
    difference = after - before
    base = pair.total[0]
    return Change(
        kind=kind,
        against=pair.against,
        group=group,
        year_from=pair.years[0],
        year_to=pair.years[1],
        before=before,
        after=after,
        difference=difference,
        difference_low=difference - sqrt((after - low_after) ** 2 + (high_before - before) ** 2),
        difference_high=difference + sqrt((high_after - after) ** 2 + (before - low_before) ** 2),
        contribution=difference / base if base else None,
        rate=rate,
        verdict=rate.verdict,
        sentence=change_sentence(
            subject,
            pair.years,
            counts,
            (rate.ratio, rate.low, rate.high),
            verdict=rate.verdict,
            level=level,
        ),
    )


def _only_one(
    pair: _Years,
    total: Change,
    groups: list[Change],
    *,
    level: float,
    named: Mapping[str, Text | str],
) -> Change | None:
    """Find the group without which the total's change is gone, or turns round."""
    if len(groups) < 2 or not total.beyond_chance:
        return None
    largest = max(groups, key=lambda change: change.difference * total.difference)
    rest = (total.before - largest.before, total.after - largest.after)
    without = compare_counts(*rest, level=level)
    part_of_rest = (rest[1] - rest[0]) / total.difference
    if (
        largest.verdict != total.verdict
        or without.verdict == total.verdict
        or part_of_rest > _REST_AT_MOST
    ):
        return None
    label = named.get(largest.group, largest.group)
    change = _change("one group", pair, largest.group, rest, subject=label, level=level)
    verdicts = (total.verdict, without.verdict)
    return replace(change, sentence=one_group_sentence(label, pair.years, rest, verdicts))
