"""Doubt about the linkage: the same figure from several linkages, pooled into one.

Each linkage is one draw of who is who. What the figures have in common is sampling; what they
differ in is linkage. Rubin's rules add both, and say which share of the variance is linkage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from slachtoffermonitor.follow.counting.days import Days, Values
from slachtoffermonitor.follow.counting.intervals import normal_quantile
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.ground import InputError

__all__ = ["Pooled", "Scale", "combine", "pool", "pool_curves"]

Scale = Literal["plain", "log", "logit", "log-log"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """One figure, or one per position, from several linkages.

    `linkage` is the share of the variance that comes from differences between the linkages;
    `freedom` are the degrees of freedom of the t-distribution behind the limits.
    """

    estimate: Values
    standard_error: Values
    low: Values
    high: Values
    linkage: Values
    freedom: Values
    imputations: int


def pool(
    estimates: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    persons: float | None = None,
    level: float = 0.95,
) -> Pooled:
    """What do several linkages say together?

    Averaging the figures alone hides that another linkage would have given another figure: the
    interval of each is then too narrow. Pool on a scale on which the estimate is about normal
    (the logarithm of a rate or ratio).

    Args:
        estimates: one row per linkage, one column per figure (or one number per linkage).
        variances: the squared standard error of each.
        persons: how many persons one linkage has; limits the degrees of freedom when few.
        level: of the interval.

    Returns: a `Pooled` with float64 arrays, one value per figure.
    Raises: InputError for fewer than two linkages, or arrays that differ in shape.
    Source: Rubin (1987), section 3.3; Barnard & Rubin (1999) for the degrees of freedom.

    >>> round(float(pool([1.0, 2.0, 3.0], [0.5, 0.5, 0.5]).linkage[0]), 3)
    0.727
    """
    values, errors = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if values.ndim == 1:
        values, errors = values[:, None], errors.reshape(-1, 1)
    if values.shape != errors.shape or values.shape[0] < 2:
        raise InputError("pooling takes two or more linkages, each with estimates and variances")
    m = values.shape[0]
    within = errors.mean(axis=0)
    between = values.var(axis=0, ddof=1) * (1.0 + 1.0 / m)
    total = within + between
    with np.errstate(divide="ignore", invalid="ignore"):
        linkage = np.where(total > 0, between / total, 0.0)
        old = np.where(linkage > 0, (m - 1) / linkage**2, np.inf)
        freedom = old
        if persons is not None:
            complete = max(persons - 1.0, 1.0)
            observed = (complete + 1.0) / (complete + 3.0) * complete * (1.0 - linkage)
            freedom = np.where(np.isinf(old), observed, old * observed / (old + observed))
    centre, error = values.mean(axis=0), np.sqrt(total)
    reach = stdtrit(np.minimum(freedom, 1e9), 0.5 + level / 2) * error
    return Pooled(
        estimate=centre,
        standard_error=error,
        low=centre - reach,
        high=centre + reach,
        linkage=linkage,
        freedom=freedom,
        imputations=m,
    )


def combine(
    estimates: npt.ArrayLike,
    errors: npt.ArrayLike,
    *,
    scale: Scale,
    persons: float | None = None,
    level: float = 0.95,
) -> Pooled:
    """Give figures with limits, from one linkage or several pooled, on a scale.

    Estimates and standard errors have one row per linkage, on the plain scale; so has the result.
    Limits are nan where an estimate has no place on the scale (a logarithm of 0).
    """
    values = np.atleast_2d(np.asarray(estimates, dtype=float))
    spread = np.atleast_2d(np.asarray(errors, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = _forward(values, scale)
        width = spread * np.abs(_slope(values, scale))
    regular = np.isfinite(scaled).all(axis=0) & np.isfinite(width).all(axis=0)
    plain_error = spread[0] if values.shape[0] == 1 else np.sqrt((spread**2).mean(axis=0))
    none = np.full(values.shape[1], np.nan)
    result = Pooled(
        estimate=values.mean(axis=0),
        standard_error=plain_error,
        low=none.copy(),
        high=none.copy(),
        linkage=np.zeros(values.shape[1]),
        freedom=np.full(values.shape[1], np.inf),
        imputations=values.shape[0],
    )
    if not regular.any():
        return result
    centre, error = scaled[:, regular], width[:, regular]
    if values.shape[0] == 1:
        reach = normal_quantile(level) * error[0]
        result.low[regular], result.high[regular] = _ordered(centre[0], reach, scale)
        return result
    found = pool(centre, error**2, persons=persons, level=level)
    result.estimate[regular] = _backward(found.estimate, scale)
    slope = np.abs(_slope(result.estimate[regular], scale))
    result.standard_error[regular] = found.standard_error / slope
    result.low[regular] = _backward(found.low, scale)
    result.high[regular] = _backward(found.high, scale)
    result.linkage[regular], result.freedom[regular] = found.linkage, found.freedom
    return result


def _ordered(centre: Values, reach: Values, scale: Scale) -> tuple[Values, Values]:
    return _backward(centre - reach, scale), _backward(centre + reach, scale)


def _forward(value: Values, scale: Scale) -> Values:
    if scale == "log":
        return np.log(value)
    if scale == "logit":
        return np.log(value) - np.log1p(-value)
    return np.log(-np.log1p(-value)) if scale == "log-log" else value


def _slope(value: Values, scale: Scale) -> Values:
    if scale == "log":
        return 1.0 / value
    if scale == "logit":
        return 1.0 / (value * (1.0 - value))
    if scale == "log-log":
        return 1.0 / ((value - 1.0) * np.log1p(-value))
    return np.ones_like(value)


def _backward(value: Values, scale: Scale) -> Values:
    if scale == "log":
        return np.exp(value)
    if scale == "logit":
        return 1.0 / (1.0 + np.exp(-value))
    return -np.expm1(-np.exp(value)) if scale == "log-log" else value


def pool_curves(curves: Sequence[Curve]) -> Curve:
    """Give one curve from the curves of several linkages.

    Shares are pooled as log(-log(1 - share)) and counts as logarithms, day by day; on days on
    which some linkage has seen nothing yet (or all), the limits are the outermost ones.

    Raises: InputError when the curves do not measure the same thing.
    Source: Marshall, Altman, Holder & Royston (2009) for pooling survival on this scale.
    """
    first = curves[0]
    if len(curves) == 1:
        return first
    if len({(c.definition.method, c.definition.measures, c.definition.level) for c in curves}) > 1:
        raise InputError("only curves of one method and one level can be pooled")
    day = np.unique(np.concatenate([curve.day for curve in curves]))
    known = [curve.last_day for curve in curves if curve.last_day is not None]
    lived = first.definition.measures == "share without event"
    start = 1.0 if lived else 0.0
    estimate, error, low, high = (
        np.stack([_at(curve, getattr(curve, name), day, begin) for curve in curves])
        for name, begin in (
            ("estimate", start),
            ("standard_error", 0.0),
            ("low", start),
            ("high", start),
        )
    )
    persons = float(np.mean([curve.definition.persons for curve in curves]))
    found = combine(
        1.0 - estimate if lived else estimate,
        error,
        scale="log" if first.definition.measures == "events per person" else "log-log",
        persons=persons,
        level=first.definition.level,
    )
    lower, upper = (1.0 - found.high, 1.0 - found.low) if lived else (found.low, found.high)
    return Curve(
        day=day,
        estimate=1.0 - found.estimate if lived else found.estimate,
        standard_error=found.standard_error,
        low=np.where(np.isnan(lower), low.min(axis=0), lower),
        high=np.where(np.isnan(upper), high.max(axis=0), upper),
        at_risk=_mean_count([_next(curve, day) for curve in curves]),
        events=_mean_count([_at(curve, curve.events, day, 0) for curve in curves]),
        last_day=min(known) if known else None,
        linkage=found.linkage,
        definition=replace(
            first.definition, persons=round(persons), imputations=len(curves), interval="log-log"
        ),
    )


def _at(curve: Curve, values: Values | Days, day: Days, start: float) -> Values:
    """Give the step function on these days."""
    index = np.searchsorted(curve.day, day, side="right") - 1
    return np.where(index >= 0, values[np.maximum(index, 0)], start).astype(float)


def _next(curve: Curve, day: Days) -> Values:
    """Give who is at risk just before these days; nobody after the last of them."""
    fixed = curve.definition.method == "fixed"
    index = np.searchsorted(curve.day, day, side="right" if fixed else "left") - int(fixed)
    inside = (index >= 0) & (index < curve.day.size)
    return np.where(inside, curve.at_risk[np.clip(index, 0, curve.day.size - 1)], 0).astype(float)


def _mean_count(parts: list[Values]) -> Days:
    return np.asarray(np.rint(np.mean(parts, axis=0)), dtype=np.int64)
