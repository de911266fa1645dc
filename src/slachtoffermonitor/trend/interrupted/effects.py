"""What changed at the event in one series of counts, and how that compares with a control."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as student

from slachtoffermonitor.trend.interrupted.design import Timeline
from slachtoffermonitor.trend.rates import Verdict, rate_ratio, verdict_of
from slachtoffermonitor.trend.regression.covariance import (
    Method,
    autocorrelation,
    covariance_of,
    critical_value,
    fit_by,
)

__all__ = ["Counts", "Effect", "Limits", "against_control", "effect_in"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A value with its limits; infinite or 0 where the counts set none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """One series: whose it is, what was counted, and what the counts are judged against.

    `effort` is what the counts are proportional to; `covariate` a term more to be estimated.
    """

    scope: str
    reporters: tuple[str, ...]
    counts: Floats
    effort: Floats | None = None
    covariate: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effect:
    """What changed in one series.

    `scope` says which reporters: "all", "panel" (those who reported all along), or a type of
    reporter. `ratio` is what came after the event over what was to be expected without it, over
    all periods after it; `expected` is that expected number. `slope` is the factor by which the
    yearly trend itself changed (None unless it was asked for). `against_control` is the ratio
    over that of the control series. `dispersion` is how many times the counts vary more than
    chance, `autocorrelation` how neighbours go together; `error` is the standard error of the
    logarithm of the ratio (nan where one side is empty and exact limits are given). `series`:
    period, count, fitted, expected (had there been no event; null before it).
    """

    scope: str
    reporters: tuple[str, ...]
    before: int
    after: int
    ratio: Limits
    p_value: float
    verdict: Verdict
    expected: Limits
    slope: Limits | None
    against_control: Limits | None
    dispersion: float
    autocorrelation: float
    error: float
    degrees: float
    series: pl.DataFrame


def effect_in(one: Counts, timeline: Timeline, *, method: Method, level: float) -> Effect:
    """Measure the effect in one series; without any trend where one side of it is empty."""
    after = timeline.after
    if not one.counts[after].sum() or not one.counts[~after].sum():
        return _one_sided(one, timeline, level)
    design, without = timeline.design, timeline.without
    if one.covariate is not None:  # before the terms of the event, so that those stay the last
        design, without = (
            np.insert(terms, timeline.step, one.covariate, axis=1) for terms in (design, without)
        )
    offset = None if one.effort is None else np.log(one.effort)
    fit = fit_by(method, design, one.counts, offset)
    covariance = covariance_of(fit, method)
    width = critical_value(fit, method, level)
    degrees = inf if method == "poisson" else fit.degrees
    expected = np.exp(without @ fit.coefficients + fit.offset)
    by_trend = _gradient(without[after], expected[after])
    by_event = _gradient(design[after], fit.means[after]) - by_trend
    total = float(expected[after].sum())
    value = log(float(fit.means[after].sum()) / total)
    error = _error(by_event, covariance)
    slope = None
    if timeline.design.shape[1] > timeline.step + 1:
        last = np.eye(len(fit.coefficients))[-1]
        slope = _limits(float(fit.coefficients[-1]), width * _error(last, covariance))
    ratio = _limits(value, width * error)
    return Effect(
        scope=one.scope,
        reporters=one.reporters,
        before=int(one.counts[~after].sum()),
        after=int(one.counts[after].sum()),
        ratio=ratio,
        p_value=float(2 * student.sf(abs(value) / error, degrees)) if error > 0 else nan,
        verdict=verdict_of(ratio.low, ratio.high),
        expected=_limits(log(total), width * _error(by_trend, covariance)),
        slope=slope,
        against_control=None,
        dispersion=fit.dispersion,
        autocorrelation=autocorrelation(fit),
        error=error,
        degrees=degrees,
        series=_series(one, timeline, fit.means, expected),
    )


def _gradient(design: Floats, means: Floats) -> Floats:
    """Give how the logarithm of a sum of means moves with the coefficients."""
    found: Floats = means @ design / means.sum()
    return found


def _error(gradient: Floats, covariance: Floats) -> float:
    return sqrt(max(0.0, float(gradient @ covariance @ gradient)))


def _limits(value: float, width: float) -> Limits:
    """Go from the logarithm of a value to the value."""
    return Limits(value=exp(value), low=exp(value - width), high=exp(value + width))


def _series(one: Counts, timeline: Timeline, fitted: Floats, expected: Floats) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "period": timeline.periods,
            "count": one.counts.astype(np.int64),
            "fitted": fitted,
            "expected": expected,
            "after": timeline.after,
        }
    )
    return frame.with_columns(expected=pl.when("after").then("expected")).drop("after")


def _one_sided(one: Counts, timeline: Timeline, level: float) -> Effect:
    """Compare the two sides as two counts, where one of them is empty and no trend is known."""
    after = timeline.after
    size = np.ones(len(one.counts)) if one.effort is None else one.effort
    before, later = (int(one.counts[side].sum()) for side in (~after, after))
    sizes = [float(size[side].sum()) for side in (~after, after)]
    filled = ~after if before else after
    means = size[filled] * (before + later) / size[filled].sum()
    dispersion = 1.0
    if before + later:
        squares = float(((one.counts[filled] - means) ** 2 / means).sum())
        dispersion = max(1.0, squares / (int(filled.sum()) - 1))
    found = rate_ratio(
        before,
        later,
        exposure_before=sizes[0],
        exposure_after=sizes[1],
        level=level,
        overdispersion=dispersion,
    )
    fitted = np.where(after, later / sizes[1], before / sizes[0]) * size
    expected = before / sizes[0] * size
    total = float(expected[after].sum())
    return Effect(
        scope=one.scope,
        reporters=one.reporters,
        before=before,
        after=later,
        ratio=Limits(value=found.ratio, low=found.low, high=found.high),
        p_value=found.p_value,
        verdict=found.verdict,
        expected=Limits(value=total, low=total, high=total),
        slope=None,
        against_control=None,
        dispersion=dispersion,
        autocorrelation=0.0,
        error=nan,
        degrees=inf,
        series=_series(one, timeline, fitted, expected),
    )


def against_control(effect: Effect, control: Effect, level: float) -> Limits | None:
    """Give the ratio of two ratios: the event beside what the control went through as well.

    Source: Lopez Bernal, Cummins & Gasparrini (2018); the two errors joined by squares, degrees
        of freedom by Welch (1947).
    """
    errors = np.array([effect.error, control.error]) ** 2
    if not np.isfinite(errors).all() or not errors.sum():
        return None
    shares = errors**2 / np.array([effect.degrees, control.degrees])
    degrees = float(errors.sum() ** 2 / shares.sum()) if shares.sum() else inf
    width = float(student.ppf(0.5 + level / 2, degrees)) * sqrt(float(errors.sum()))
    return _limits(log(effect.ratio.value / control.ratio.value), width)
