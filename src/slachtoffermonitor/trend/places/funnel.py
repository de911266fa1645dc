"""Places compared by a funnel: who lies outside what chance does, and do places differ at all?"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from slachtoffermonitor.ground import InputError, Number, Problem, Text
from slachtoffermonitor.trend._counts import Kind, checked, require_frame, require_level
from slachtoffermonitor.trend._wording import decimal
from slachtoffermonitor.trend.places.laws import Law, Rates, Shares
from slachtoffermonitor.trend.places.spread import (
    Spread,
    dispersion_of,
    heterogeneity,
    spread_of,
)

__all__ = ["Funnel", "funnel"]

Floats = NDArray[np.float64]
Widening = Literal["none", "multiplicative", "additive"]

_ALIKE = 0.1  # a spread surely below a tenth of the average: about the same
_GRID = 61
_SENTENCES = {
    "differ": "The {places} places differ more than chance explains: between places the true level "
    "varies by {spread}% of the average ({level}% interval {low}% to {high}%).",
    "about the same": "The {places} places are about the same: what differs beyond chance is at "
    "most {high}% of the average.",
    "no conclusion": "No conclusion that the {places} places differ: chance alone can explain what "
    "is seen; if they do, the true level varies by at most {high}% of the average.",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel:
    """Places against what is expected of them; no ranks, on purpose.

    `places`, in the order of their names: place, count, expected, ratio, inner_low, inner_high,
    outer_low, outer_high (the funnel at the place), shrunk, shrunk_low, shrunk_high (what is to
    be believed of the ratio), p_value, verdict ("higher", "lower", "as expected"; "too few" where
    less was expected than `minimum`). `curve` draws the funnel: expected and its four limits.
    `dispersion` and `heterogeneity` are what the funnel was widened by, 1 and 0 where it was not.
    """

    places: pl.DataFrame
    curve: pl.DataFrame
    between: Spread
    widening: Widening
    dispersion: float
    heterogeneity: float
    levels: tuple[float, float]
    minimum: float
    false_discovery: float
    verdict: Literal["differ", "about the same", "no conclusion"]
    sentence: Text


def funnel(
    frame: pl.DataFrame,
    *,
    widening: Widening = "none",
    levels: tuple[float, float] = (0.95, 0.998),
    minimum: float = 5.0,
    false_discovery: float = 0.05,
    replicates: int = 1999,
    seed: int = 0,
) -> Funnel:
    """Which places lie outside what chance does, and do places differ more than chance at all?

    A list sorted by rate puts the smallest places first and last, by chance alone: so there are
    no ranks here, and a place of which fewer than `minimum` were expected is not judged. Look at
    `between` first: without it single places are noise. A place outside the funnel is a question
    to that place, no answer: its people, or its way of registering, may differ.

    Args:
        frame: the columns place and count, with one of: size (persons, months; counts are
            compared with what the rate of all places together would give), expected (what is to
            be expected, as computed elsewhere), whole (count is a part of it: a share).
        widening: "multiplicative" or "additive" widens the funnel by how much places differ
            anyway, so that only places that stand out from the others lie outside.
        levels: of the inner and the outer funnel.
        minimum: fewer expected than this is too few to judge a place.
        false_discovery: of the places called higher or lower, this share may be so by chance.
        replicates: how often counts are drawn anew for the p-value of `between`.
        seed: of that drawing.

    Returns:
        A `Funnel`.

    Raises:
        InputError: a column is missing or wrong, a place twice, fewer than three places, nothing
            counted, or a part above its whole.

    Source: Spiegelhalter (2005), exact limits and both ways of widening; Benjamini & Hochberg
        (1995); Clayton & Kaldor (1987) for the shrunken ratios, whose limits take the spread as
        known.

    """
    for level in levels:
        require_level(level)
    require_level(false_discovery, name="false_discovery")
    rows, law = _law(frame)
    # how places differ among themselves does not hang on what was expected of all of them
    among, overall = _among_themselves(law)
    between = spread_of(
        among, level=levels[0], replicates=replicates, chance=np.random.default_rng(seed)
    )
    dispersion, extra = _widened(law, widening)
    scores = _scores(law, dispersion, extra)
    judged = law.expected >= minimum
    verdicts = _verdicts(scores, judged, false_discovery)
    shrunk = [overall * values for values in among.shrunk(between.value, levels[0])]
    limits = _limits(law, law.expected, levels, dispersion, extra)
    places = pl.DataFrame(
        {
            "place": rows["place"],
            "count": rows["count"],
            "expected": law.expected,
            "ratio": law.counts / law.expected,
            **limits,
            "shrunk": shrunk[0],
            "shrunk_low": shrunk[1],
            "shrunk_high": shrunk[2],
            "p_value": np.where(judged, 2 * ndtr(-np.abs(scores)), np.nan),
            "verdict": verdicts,
        }
    ).with_columns(pl.col("p_value").fill_nan(None))
    grid = np.geomspace(max(0.5, law.expected.min()), law.expected.max() * 1.05, _GRID)
    verdict = _verdict(between)
    return Funnel(
        places=places,
        curve=pl.DataFrame({"expected": grid, **_limits(law, grid, levels, dispersion, extra)}),
        between=between,
        widening=widening,
        dispersion=dispersion,
        heterogeneity=extra,
        levels=levels,
        minimum=minimum,
        false_discovery=false_discovery,
        verdict=verdict,
        sentence=_sentence(verdict, between, rows.height),
    )


def _law(frame: pl.DataFrame) -> tuple[pl.DataFrame, Law]:
    require_frame(frame)
    kinds: dict[str, Kind] = {"size": "size", "expected": "size", "whole": "count"}
    given = [name for name in kinds if name in frame.columns]
    if len(given) != 1:
        raise InputError(
            Problem(
                what="it must be clear what the counts are compared with",
                found=", ".join(given) or "none of these columns",
                allowed="one of the columns size, expected, whole",
            )
        )
    (name,) = given
    rows = checked(
        frame, {"place": "text", "count": "count", name: kinds[name]}, key=("place",)
    ).sort("place")
    problems = []
    if rows.height < 3:
        problems.append(Problem(what="too few places to compare", found=str(rows.height)))
    if not rows["count"].sum():
        problems.append(Problem(what="nothing was counted in any place", column="count"))
    if name == "whole":
        wrong = rows.filter((pl.col("count") > pl.col("whole")) | (pl.col("whole") == 0))
        problems += [
            Problem(what="not a part of a whole", column="whole", found=f"{part} of {whole}")
            for part, whole in wrong.select("count", "whole").rows()
        ]
        if rows["count"].sum() == rows["whole"].sum():
            problems.append(Problem(what="the part is everywhere the whole", column="whole"))
    if problems:
        raise InputError(problems)
    counts = rows["count"].to_numpy().astype(float)
    against = rows[name].to_numpy().astype(float)
    if name == "whole":
        return rows, Shares(counts=counts, whole=against)
    if name == "size":
        against = against * counts.sum() / against.sum()
    return rows, Rates(counts=counts, expected=against)


def _among_themselves(law: Law) -> tuple[Law, float]:
    """Give the law with what is expected brought to the total counted, and by how much."""
    overall = float(law.counts.sum() / law.expected.sum())
    if isinstance(law, Rates):
        return Rates(counts=law.counts, expected=law.expected * overall), overall
    return law, overall


def _widened(law: Law, widening: Widening) -> tuple[float, float]:
    """Give the dispersion and the added variance; neither where places differ no more."""
    if widening == "additive":
        return 1.0, heterogeneity(law)
    if widening == "multiplicative":
        found = dispersion_of(law)
        return (found if found > 1 + 2 * sqrt(2 / len(law.counts)) else 1.0), 0.0
    return 1.0, 0.0


def _scores(law: Law, dispersion: float, extra: float) -> Floats:
    """Give how far each place lies from what is expected, in standard deviations."""
    fewer, as_many = law.tails()
    exact = ndtri(np.clip(fewer + as_many / 2, 1e-300, 1 - 1e-16))
    added = 1 + extra * law.expected**2 / law.variance
    return np.asarray(exact / np.sqrt(dispersion * added), dtype=np.float64)


def _limits(
    law: Law, at: Floats, levels: tuple[float, float], dispersion: float, extra: float
) -> dict[str, Floats]:
    """Give the funnel: exact limits, moved from 1 by as much as it is widened."""
    relative = float((law.variance / law.expected).mean())
    stretch = np.sqrt(dispersion * (1 + extra * at / relative))
    found = {}
    for name, level in zip(("inner", "outer"), levels, strict=True):
        for side, tail in (("low", (1 - level) / 2), ("high", (1 + level) / 2)):
            found[f"{name}_{side}"] = np.maximum(0.0, 1 + stretch * (law.limits(at, tail) - 1))
    return found


def _verdicts(scores: Floats, judged: NDArray[np.bool_], false_discovery: float) -> list[str]:
    """Call places higher or lower, as many as the rate of false discoveries allows."""
    p_values = 2 * ndtr(-np.abs(scores[judged]))
    ordered = np.sort(p_values)
    bounds = false_discovery * np.arange(1, len(ordered) + 1) / max(1, len(ordered))
    passed = ordered[ordered <= bounds]
    limit = passed.max() if len(passed) else -1.0
    said = np.where(
        2 * ndtr(-np.abs(scores)) <= limit,
        np.where(scores > 0, "higher", "lower"),
        "as expected",
    )
    return [str(word) for word in np.where(judged, said, "too few")]


def _verdict(between: Spread) -> Literal["differ", "about the same", "no conclusion"]:
    if between.beyond_chance:
        return "differ"
    return "about the same" if between.high < _ALIKE else "no conclusion"


def _sentence(verdict: str, between: Spread, places: int) -> Text:
    return Text(
        _SENTENCES[verdict],
        {
            "places": Number(places),
            "spread": decimal(100 * between.value, 0),
            "low": decimal(100 * between.low, 0),
            "high": decimal(100 * between.high, 0),
            "level": Number(100 * between.level, "#,##0.#"),
        },
    )
