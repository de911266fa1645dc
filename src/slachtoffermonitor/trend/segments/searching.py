"""Breaks one step at a time: each is tested against the series' own surprises in another order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.trend.segments.costs import Cost, best_splits, split_gains
from slachtoffermonitor.trend.segments.shuffling import shuffled

__all__ = ["Found", "Search", "positions_of", "search"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How breaks are looked for."""

    cost: Cost
    false_alarm: float
    most: int
    shortest: int
    replicates: int
    block: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the level changes, and the p-value of the step at which each break was found."""

    places: tuple[int, ...]
    p_values: tuple[float, ...]
    first_p_value: float


def search(counts: Floats, expected: Floats, how: Search, chance: np.random.Generator) -> Found:
    """Find breaks until the next one is no better than chance makes it.

    At each step the best single break and the best pair (a dip that passes) within any stretch
    are held against the same in shuffled stretches; the smaller of the two p-values is itself
    held against that of the shuffled ones.
    """
    places: dict[int, float] = {}
    first = 1.0
    for step in range(how.most):
        bounds = [0, *sorted(places), len(counts)]
        p_value, added = _step(counts, expected, bounds, how, chance)
        if step == 0:
            first = p_value
        if p_value > how.false_alarm or len(places) + len(added) > how.most:
            break
        places |= dict.fromkeys(added, p_value)
        places = _settled(counts, expected, places, how)
    ordered = sorted(places)
    return Found(
        places=tuple(ordered), p_values=tuple(places[one] for one in ordered), first_p_value=first
    )


def _step(
    counts: Floats, expected: Floats, bounds: list[int], how: Search, chance: np.random.Generator
) -> tuple[float, tuple[int, ...]]:
    gains = np.full((2, how.replicates + 1), -inf)
    best: list[tuple[float, tuple[int, ...]]] = [(-inf, ()), (-inf, ())]
    for begin, end in pairwise(bounds):
        part, size = counts[begin:end], expected[begin:end]
        if end - begin < 2 * how.shortest or not part.sum():
            continue
        splits = best_splits(part, size, how.cost, how.shortest)
        others = shuffled(
            part,
            size * part.sum() / size.sum(),
            how.cost.size,
            replicates=how.replicates,
            block=how.block,
            chance=chance,
        )
        chances = split_gains(others, size, how.cost, how.shortest)
        for kind, (gain, where) in enumerate(
            ((splits.gain_of_one, splits.one), (splits.gain_of_two, splits.two))
        ):
            best[kind] = max(best[kind], (gain, tuple(begin + place for place in where)))
            gains[kind] = np.maximum(gains[kind], np.append(chances[kind], gain))
    if best[0][0] == -inf:
        return 1.0, ()
    return _p_value(gains, best)


def _p_value(
    gains: Floats, best: list[tuple[float, tuple[int, ...]]]
) -> tuple[float, tuple[int, ...]]:
    """Give the p-value of the better of the two kinds of step, and its breaks.

    The series itself stands last among its shuffles: under no break it is one of them.
    """
    number = gains.shape[1]
    # ties count against the break; nearly equal gains are equal
    rounded = np.where(np.isfinite(gains), np.round(gains, 9), -1.0)
    ranks = np.stack([(row[None, :] >= row[:, None]).sum(axis=1) for row in rounded]) / number
    smallest = ranks.min(axis=0)
    kind = 1 if ranks[1, -1] < ranks[0, -1] else 0
    return float((smallest <= smallest[-1]).mean()), best[kind][1]


def _settled(
    counts: Floats, expected: Floats, places: dict[int, float], how: Search
) -> dict[int, float]:
    """Let each break move to the best place between its neighbours, until none moves."""
    now = dict(places)
    for _ in range(2 * len(now) + 2):
        ordered = sorted(now)
        bounds = [0, *ordered, len(counts)]
        moved = False
        for number, place in enumerate(ordered):
            begin, end = bounds[number], bounds[number + 2]
            better = (
                begin
                + best_splits(counts[begin:end], expected[begin:end], how.cost, how.shortest).one[0]
            )
            if better != place:
                now[better] = now.pop(place)
                moved = True
                break
        if not moved:
            break
    return now


def positions_of(
    counts: Floats,
    expected: Floats,
    around: tuple[int, int, int],
    how: Search,
    *,
    dispersion: float,
    level: float,
) -> tuple[int, int]:
    """Give the earliest and latest place that a break may have, between its neighbours.

    Source: the likelihood ratio for a break date (Hansen, 2000, eq. 12): all places where twice
        the loss of fit stays below -2 log(1 - sqrt(level)).
    """
    begin, place, end = around
    part, size = counts[begin:end], expected[begin:end]
    places = np.arange(how.shortest, end - begin - how.shortest + 1)
    lengths = places.astype(np.float64)
    sums, sizes = np.cumsum(part)[places - 1], np.cumsum(size)[places - 1]
    rest = (part.sum() - sums, size.sum() - sizes, (end - begin) - lengths)
    fit = np.add(how.cost.fit(sums, sizes, lengths), how.cost.fit(*rest))
    spare = 1.0 if how.cost.size < inf else dispersion
    limit = -2 * np.log(1 - np.sqrt(level))
    near = places[2 * (fit.max() - fit) / spare <= limit] + begin
    return int(min(near.min(), place)), int(max(near.max(), place))
