"""Two series of one thing, side by side: where they agree, and where they must not be mixed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.trend._counts import checked
from slachtoffermonitor.trend._wording import percent

__all__ = ["SideBySide", "side_by_side"]

_AGREE = "From {year} on {one} and {other} say the same."
_DIFFER = (
    "{one} and {other} differ by at most {percent}%, in {year}; never add up or compare across "
    "them."
)
_APART = "{one} and {other} have no year in common."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideBySide:
    """Two series, year by year.

    `years`: year, the two series by name (null where one says nothing), difference and ratio
    (second to first). `agree_from` is the first year from which on they say the same, None when
    they never come to it.
    """

    series: tuple[str, str]
    years: pl.DataFrame
    agree_from: int | None
    sentences: tuple[Text, ...]


def side_by_side(frame: pl.DataFrame) -> SideBySide:
    """Where do two series of one thing agree, and by how much do they differ?

    A total or a change that takes one year from one series and the next from the other says
    something about the series, not about victims.

    Args:
        frame: the columns year, series and value (a count), of exactly two series.

    Raises:
        InputError: a column is missing or wrong, a year twice in one series, or another number of
            series than two.

    """
    rows = checked(
        frame, {"year": "whole", "series": "text", "value": "count"}, key=("year", "series")
    )
    names = sorted(rows["series"].unique())
    if len(names) != 2:
        raise InputError(
            Problem(
                what="two series stand side by side",
                column="series",
                found=", ".join(names),
                allowed="two",
            )
        )
    one, other = names
    years = (
        rows.pivot(on="series", index="year", values="value")
        .select("year", one, other)
        .sort("year")
        .with_columns(
            difference=pl.col(other) - pl.col(one),
            ratio=pl.when(pl.col(one) > 0).then(pl.col(other) / pl.col(one)),
        )
    )
    both = years.drop_nulls(["difference"])
    agree_from = _agree_from(both)
    return SideBySide(
        series=(one, other),
        years=years,
        agree_from=agree_from,
        sentences=_sentences((one, other), both, agree_from),
    )


def _agree_from(both: pl.DataFrame) -> int | None:
    differing = both.filter(pl.col("difference") != 0)["year"]
    last = differing.max() if len(differing) else None
    after = both["year"] if last is None else both.filter(pl.col("year") > last)["year"]
    return int(after.min()) if len(after) else None  # type: ignore[arg-type]


def _sentences(
    names: tuple[str, str], both: pl.DataFrame, agree_from: int | None
) -> tuple[Text, ...]:
    called: dict[str, Text | str] = {"one": names[0], "other": names[1]}
    if both.is_empty():
        return (Text(_APART, called),)
    said = []
    apart = both.with_columns(size=(pl.col("ratio") - 1).abs()).drop_nulls("size").sort("size")
    if len(apart) and apart["size"][-1] > 0:
        said.append(
            Text(
                _DIFFER,
                {**called, "percent": percent(apart["size"][-1]), "year": apart["year"][-1]},
            )
        )
    if agree_from is not None:
        said.append(Text(_AGREE, {**called, "year": agree_from}))
    return tuple(said)
