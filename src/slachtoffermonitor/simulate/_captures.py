"""Who comes into whose view: lists that depend on each other and see people unequally.

The chance that list r sees person i is logistic: a level of the list in that year, its affinity
with the form, age and citizenship, its loading on the person's visibility, and the referrals by
lists that saw the person earlier. The levels, and a correction per margin and year, are solved so
that the expected numbers of registered victims equal the published ones (iterative proportional
fitting on the log odds).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from scipy.special import expit

from slachtoffermonitor.simulate._calibration import (
    AGE_BANDS,
    Calibration,
    Floats,
    Ints,
    Size,
    privacy_rule,
)
from slachtoffermonitor.simulate._victims import RARE_FORMS
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Captures", "draw_captures"]

_ROUNDS = 15
_LARGEST_FACTOR = 20.0
_MOST_IN_VIEW = 0.97
_NEVER = -40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Captures:
    """Persons × lists: who reported whom, and whom a list met without being allowed to report."""

    reporters: tuple[str, ...]
    reported: np.ndarray
    met: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Margin:
    """One published breakdown: each person's cell (−1: none) and the cells' target counts."""

    cell: Ints
    target: Floats


def draw_captures(
    rng: np.random.Generator, calibration: Calibration, size: Size, persons: pl.DataFrame
) -> Captures:
    """Draw which lists report which persons, in the order in which organisations meet them."""
    reporters = tuple(calibration.value("lists.order"))
    year = np.searchsorted(np.asarray(size.years), persons["year"].to_numpy())
    wanted = _wanted_by_list(calibration, size, reporters)
    odds = _affinities(calibration, persons, reporters)
    referral = _referrals(calibration, reporters)
    margins = _margins(calibration, size, persons)
    levels, shift = _solve(referral, odds, year, wanted, margins)
    scores = odds + shift[:, None]
    draws = rng.random(odds.shape)
    reported = np.zeros(odds.shape, dtype=bool)
    for place in range(len(reporters)):
        chance = expit(scores[:, place] + levels[year, place] + reported @ referral[:, place])
        reported[:, place] = draws[:, place] < chance
    unreported = _levels_for(odds, year, _wanted_met(calibration, size, reporters))
    met = rng.random(odds.shape) < expit(odds + unreported[year])
    return Captures(reporters=reporters, reported=reported, met=met & ~reported)


def _wanted_by_list(calibration: Calibration, size: Size, reporters: tuple[str, ...]) -> Floats:
    """Give the target number of reported persons by year and list."""
    chosen = [calibration.years.index(year) for year in size.years]
    counts = calibration.table("lists.reported")
    return np.array([counts[reporter][chosen] for reporter in reporters]).T * size.scale


def _affinities(
    calibration: Calibration, persons: pl.DataFrame, reporters: tuple[str, ...]
) -> Floats:
    """Give each list's log odds for each person, apart from the levels."""
    visibility = persons["visibility"].to_numpy()
    loading = calibration.value("lists.catchability")
    loadings = np.array([loading[reporter] for reporter in reporters], dtype=np.float64)
    odds: Floats = visibility[:, None] * loadings
    form = persons["form"].replace(dict.fromkeys(RARE_FORMS, "REST")).to_numpy()
    columns = {
        "form": form,
        "age": persons["age_band"].to_numpy(),
        "citizenship": persons["citizenship_group"].to_numpy(),
    }
    for name, column in columns.items():
        for reporter, by_code in calibration.value(f"lists.affinity_{name}").items():
            for code, value in by_code.items():
                odds[column == code, reporters.index(reporter)] += value
    return odds


def _referrals(calibration: Calibration, reporters: tuple[str, ...]) -> Floats:
    """Give the log odds that a report by the row's list adds for the column's list."""
    matrix = np.zeros((len(reporters), len(reporters)))
    for earlier, later in calibration.value("lists.referral").items():
        for reporter, value in later.items():
            matrix[reporters.index(earlier), reporters.index(reporter)] = value
    return matrix


def _margins(calibration: Calibration, size: Size, persons: pl.DataFrame) -> list[_Margin]:
    """Set up the published breakdowns; the last one adds up to the totals of the years."""
    chosen = [calibration.years.index(year) for year in size.years]
    year = np.searchsorted(np.asarray(size.years), persons["year"].to_numpy())
    total = calibration.numbers("registered.total")
    first_time = 1 - calibration.number("registered.counted_again")
    form = persons["form"].replace(dict.fromkeys(RARE_FORMS, "REST")).to_numpy()
    age = persons["age_band"].to_numpy()
    breakdowns: list[tuple[np.ndarray, dict[str, Floats], str | None]] = [
        (persons["sex"].to_numpy(), calibration.table("registered.sex"), "V"),
        (persons["citizenship"].to_numpy(), calibration.table("registered.citizenship"), "rest"),
        (age, calibration.table("registered.age"), AGE_BANDS[-1]),
        (
            np.where((form == "BSU") & (age == AGE_BANDS[0]), "domestic minor", ""),
            {"domestic minor": calibration.numbers("registered.domestic_minors")},
            None,
        ),
        (form, calibration.table("registered.form"), None),
    ]
    margins = []
    for values, known, rest in breakdowns:
        target = known if rest is None else {**known, rest: total - sum(known.values())}
        codes = list(target)
        place = np.full(len(year), codes.index(rest) if rest is not None else -1)
        for index, code in enumerate(codes):
            place[values == code] = index
        wanted = np.array([target[code][chosen] for code in codes]).T * size.scale * first_time
        cell = np.where(place < 0, -1, year * len(codes) + place)
        margins.append(_Margin(cell=cell, target=wanted.ravel()))
    return margins


def _solve(
    referral: Floats, odds: Floats, year: Ints, wanted: Floats, margins: list[_Margin]
) -> tuple[Floats, Floats]:
    """Solve the levels by year and list, and the shift per person, for the expected counts.

    Works on odds rather than log odds, lists × persons, so that a round needs no exponentials.
    """
    base = np.exp(odds.T)
    levels = np.where(wanted > 0, 1e-3, 0.0)
    shift = np.ones(len(odds))
    for _ in range(_ROUNDS):
        ratio = base * levels.T[:, year] * shift
        sums = _sums(_marginal(ratio, referral), year, len(wanted))
        mix = sums.sum(axis=1, keepdims=True) / np.maximum(wanted.sum(axis=1, keepdims=True), 1e-9)
        levels = levels * _step(wanted * mix, sums)
        listed = base * levels.T[:, year]
        for margin in margins:
            unseen = 1 / np.prod(1 + listed * shift, axis=0)
            shift = shift * _correction(margin, 1 - unseen)
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(levels), _NEVER), np.log(shift)


def _sums(chance: Floats, year: Ints, years: int) -> Floats:
    """Add the chances up to expected counts by year and list."""
    return np.array([np.bincount(year, row, years) for row in chance]).T


def _step(wanted: Floats, expected: Floats) -> Floats:
    """Give the bounded factor that moves the expected counts to the wanted ones."""
    factor = np.maximum(wanted, 1e-9) / np.maximum(expected, 1e-9)
    return np.clip(factor, 1 / _LARGEST_FACTOR, _LARGEST_FACTOR)


def _marginal(ratio: Floats, referral: Floats) -> Floats:
    """Give the chance to be on each list, referrals included (one referral at a time)."""
    alone = ratio / (1 + ratio)
    marginal = alone.copy()
    for earlier, later in zip(*np.nonzero(referral), strict=True):
        raised = ratio[later] * np.exp(referral[earlier, later])
        marginal[later] += marginal[earlier] * (raised / (1 + raised) - alone[later])
    return marginal


def _correction(margin: _Margin, in_view: Floats) -> Floats:
    """Give the factor on each person's odds that brings the cells to their targets."""
    inside = margin.cell >= 0
    cells = len(margin.target)
    expected: Floats = np.bincount(margin.cell[inside], in_view[inside], cells).astype(float)
    present: Floats = np.bincount(margin.cell[inside], minlength=cells).astype(np.float64)
    target = np.minimum(margin.target, _MOST_IN_VIEW * present)
    factor = _step(target, expected) * _step(present - expected, present - target)
    return np.where(inside, factor[margin.cell], 1.0)


def _wanted_met(calibration: Calibration, size: Size, reporters: tuple[str, ...]) -> Floats:
    """Give how many persons each list meets without a basis to report them, by year and list.

    It is what the list reported in a usual year before the privacy rule, less what it reports.
    """
    rule = privacy_rule()
    counts = calibration.table("lists.reported")
    earlier = [place for place, year in enumerate(calibration.years) if year < rule.year]
    usual = np.array([counts[reporter][earlier].mean() for reporter in reporters]) * size.scale
    after = np.array([_share_after(year, rule) for year in size.years])
    unmet = np.maximum(usual * after[:, None] - _wanted_by_list(calibration, size, reporters), 0)
    silent = calibration.value("lists.silent_from")
    listed = code_list("reporters")
    bound = [listed[code].parent == "MAG_MELDEN" and code not in silent for code in reporters]
    return np.where(np.array(bound), unmet, 0.0)


def _share_after(year: int, rule: date) -> float:
    """Give the share of the year in which the rule held."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return min(max((last - rule).days + 1, 0) / ((last - first).days + 1), 1.0)


def _levels_for(odds: Floats, year: Ints, wanted: Floats) -> Floats:
    """Solve the levels by year and list for the expected counts, without referrals."""
    base = np.exp(odds.T)
    levels = np.where(wanted > 0, 1e-3, 0.0)
    for _ in range(_ROUNDS):
        ratio = base * levels.T[:, year]
        levels = levels * _step(wanted, _sums(ratio / (1 + ratio), year, len(wanted)))
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(levels), _NEVER)
