"""The running sum of evidence for silence, and how high chance alone lets it climb."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, log

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.trend.watching.baseline import Baseline, negative_binomial_size

__all__ = ["Rule", "evidence", "threshold_of", "weeks_to_notice"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_REPLICATES = 150
_WEEKS = 156
_TAIL = 60  # excursions from which the tail is drawn on
_LEAST = 0.5  # no alarm on next to no evidence, whatever the rate asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the watch looks for: a fall to `drop_to` of what is usual.

    `per_week` is how many false alarms one reporter may give a week.
    """

    drop_to: float
    per_week: float


def evidence(
    counts: Ints | Floats, mean: Floats | float, size: Floats | float, drop_to: float
) -> Floats:
    """Give the evidence of each week: the log likelihood of the fall against no change."""
    with np.errstate(invalid="ignore"):
        negative = np.where(
            np.isinf(size),
            (1 - drop_to) * np.asarray(mean),
            (counts + np.asarray(size)) * np.log1p((1 - drop_to) * mean / (size + drop_to * mean)),
        )
    return np.asarray(counts * log(drop_to) + negative, dtype=np.float64)


def weeks_to_notice(baseline: Baseline, threshold: float, rule: Rule) -> int:
    """Give how many weeks without any report ring the alarm, from no evidence on."""
    a_week = float(evidence(np.zeros(1), baseline.mean, baseline.size, rule.drop_to)[0])
    return ceil(threshold / a_week - 1e-9)


def threshold_of(
    baseline: Baseline, lasting: float, rule: Rule, chance: np.random.Generator
) -> float:
    """Give the height that chance reaches only so often.

    The sum of evidence, never below 0, is run over weeks drawn from the baseline, with a baseline
    estimated anew from as long a history, so that not knowing the usual rate is counted in. Weeks
    are drawn twice: from the negative binomial distribution, and from the history itself, which
    has its own bursts (batches); the higher of the two holds. Where bursts last over weeks the
    height is stretched by how much more spells of weeks vary (`lasting`): the tail of a sum goes
    with the inverse of its variance.

    Source: Page (1954); Gandy & Kvaløy (2013) for calibrating by bootstrap; the tail of excursions
        is exponential (Siegmund, 1985, ch. 2), which smooths the quantile.

    """
    shape = (_REPLICATES, _WEEKS + len(baseline.history))
    if baseline.size == inf:
        drawn = chance.poisson(baseline.mean, shape)
    else:
        share = baseline.size / (baseline.size + baseline.mean)
        drawn = chance.negative_binomial(baseline.size, share, shape)
    resampled = baseline.history[chance.integers(0, len(baseline.history), shape)]
    height = max(_height(weeks, rule) for weeks in (drawn, resampled))
    return max(_LEAST, height * lasting)


def _height(weeks: Ints | Floats, rule: Rule) -> float:
    """Give the height that excursions reach at the rate asked for."""
    history, watched = weeks[:, _WEEKS:], weeks[:, :_WEEKS]
    mean = np.maximum(history.mean(axis=1), 1e-9)
    size = negative_binomial_size(mean, history.var(axis=1, ddof=1))
    tops = _excursions(evidence(watched, mean[:, None], size[:, None], rule.drop_to))
    allowed = rule.per_week * watched.size
    if len(tops) <= allowed:
        return 0.0
    if len(tops) <= _TAIL:
        return float(tops[int(allowed)])
    beyond = tops[:_TAIL] - tops[_TAIL]
    if allowed >= _TAIL:
        return float(tops[int(allowed)])
    return float(tops[_TAIL] + beyond.mean() * log(_TAIL / allowed))


def _excursions(steps: Floats) -> Floats:
    """Give the tops of the running sums between their zeros, the highest first."""
    sums, top = np.zeros(len(steps)), np.zeros(len(steps))
    tops = []
    for week in range(steps.shape[1]):
        sums = np.maximum(0.0, sums + steps[:, week])
        ended = (sums == 0) & (top > 0)
        tops.append(top[ended])
        top = np.where(sums == 0, 0.0, np.maximum(top, sums))
    tops.append(top[top > 0])
    return np.sort(np.concatenate(tops))[::-1]
