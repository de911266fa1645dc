"""Do ratios stay the same over time, do the terms tell persons apart, do curves differ?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow._checks import persons_followed
from slachtoffermonitor.follow.counting.days import Days, Values, count_days, ratio, weigh
from slachtoffermonitor.follow.counting.shares import survival_before
from slachtoffermonitor.follow.regression.fitting import Fit
from slachtoffermonitor.follow.regression.likelihood import information_by_day
from slachtoffermonitor.follow.regression.result import HazardModel, chi_square
from slachtoffermonitor.ground import InputError

__all__ = ["LogRank", "check_proportional", "concordance", "log_rank"]


def check_proportional(model: HazardModel) -> pl.DataFrame:
    """Do the ratios stay the same over time?

    A small p says that one number does not do for the whole period; a large p may only say that
    there are few events.

    Returns: column (and "all together"), chi_square, freedom, p.
    Raises: InputError for a model of pooled linkages or of several strata, or a Fine-Gray one.
    Source: Grambsch & Therneau (1994), as a score test with one minus Kaplan-Meier as the clock.
    Checked against: R survival 3.5-3, tests/reference/follow/cox_colon.json.
    """
    if model.fit is None or model.rows is None or model.method == "fine-gray":
        raise InputError("only a model of hazards on one linkage can be checked")
    fit, rows = model.fit, model.rows
    if fit.cells.stratum.any():
        raise InputError("a model with strata cannot be checked in this way; check each alone")
    at_risk = rows.exit > rows.entry
    table = count_days(
        rows.entry[at_risk], rows.exit[at_risk], (rows.event[at_risk] > 0).astype(np.int64), 1
    )
    clock = 1.0 - survival_before(table)[fit.cells.day - table.first]
    clock = clock - float(clock @ fit.cells.events) / float(fit.cells.events.sum())
    information = information_by_day(fit.cells, fit.coefficients, model.ties)
    slope = _score_by_day(fit).T @ clock
    plain, crossed, squared = (
        np.einsum("e,eij->ij", weight, information) for weight in (clock**0, clock, clock**2)
    )
    left_over = squared - crossed @ np.linalg.solve(plain, crossed)
    columns = model.coefficients["column"].to_list()
    rows_found = []
    for name in (*dict.fromkeys(columns), "all together"):
        chosen = [n for n, one in enumerate(columns) if name in (one, "all together")]
        part = slope[chosen] @ np.linalg.solve(left_over[np.ix_(chosen, chosen)], slope[chosen])
        rows_found.append((name, *chi_square(float(part), len(chosen))))
    return pl.DataFrame(rows_found, schema=("column", "chi_square", "freedom", "p"), orient="row")


def _score_by_day(fit: Fit) -> Values:
    """Give what was observed less what was expected, per event day and term."""
    cells, sums = fit.cells, fit.best.sums
    own = cells.covariates[cells.met_pattern] * cells.met_number[:, None]
    days = cells.events.size
    observed = np.stack([weigh(cells.met_day, column, days) for column in own.T], axis=1)
    expected: Values = sums.a[:, None] * sums.risk_x - sums.b[:, None] * sums.met_x
    return observed - expected


def concordance(model: HazardModel) -> float:
    """How often does the person with the higher predicted risk meet the event first?

    0.5 is chance. It says how well the terms tell persons apart, not whether the model is right.

    Returns: the share of pairs that can be compared, pairs with equal predictions counting half.
    Raises: InputError for a model of pooled linkages.
    Source: Harrell, Califf, Pryor, Lee & Rosati (1982).
    Checked against: R survival 3.5-3, tests/reference/follow/cox_colon.json.
    """
    if model.fit is None or model.rows is None:
        raise InputError("a concordance is of one linkage")
    rows, fit = model.rows, model.fit
    order = np.unique(fit.cells.covariates @ fit.coefficients, return_inverse=True)[1]
    rank = order.astype(np.int64)[rows.pattern]
    good = tied = total = 0.0
    width = int(rank.max()) + 1
    for stratum in range(int(rows.stratum.max()) + 1):
        here = (rows.stratum == stratum) & (rows.exit > rows.entry)
        found = _pairs((rows.entry[here], rows.exit[here]), rows.event[here] > 0, rank[here], width)
        good, tied, total = good + found[0], tied + found[1], total + found[2]
    if not total:
        raise InputError("no two persons can be compared")
    return (good + tied / 2) / total


def _pairs(
    days: tuple[Days, Days], met: npt.NDArray[np.bool_], rank: Days, width: int
) -> tuple[float, float, float]:
    """Compare everybody with an event to those at risk who had none that day."""
    entry, exit_ = days
    moments = np.unique(exit_[met])
    starts, ends = np.argsort(entry, kind="stable"), np.argsort(exit_, kind="stable")
    first = np.searchsorted(entry[starts], moments)  # entered before the day
    last = np.searchsorted(exit_[ends], moments)  # left before the day
    at_risk = np.zeros(width)
    good = tied = total = 0.0
    bounds = zip(pairwise((0, *first)), pairwise((0, *last)), moments, strict=True)
    for (a, b), (c, d), day in bounds:
        at_risk += np.bincount(rank[starts[a:b]], minlength=width)
        at_risk -= np.bincount(rank[ends[c:d]], minlength=width)
        now = ends[d : np.searchsorted(exit_[ends], day, side="right")]
        own = np.bincount(rank[now[met[now]]], minlength=width)
        others = at_risk - own
        below = np.cumsum(others) - others
        good += float(own @ below)
        tied += float(own @ others)
        total += float(own.sum() * others.sum())
    return good, tied, total


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """Do the curves of groups differ? `observed` and `expected` events, per group."""

    groups: tuple[str, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi_square: float
    freedom: int
    p: float


def log_rank(
    entry_day: npt.ArrayLike | None,
    exit_day: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    group: npt.ArrayLike,
) -> LogRank:
    """Do groups differ in how fast they meet the event, by more than chance?

    A small p does not say how much they differ; see the curves, and `cox` for the ratio.

    Returns: a `LogRank`.
    Raises: InputError as `kaplan_meier`, and for fewer than two groups.
    Source: Mantel (1966); Peto & Peto (1972).
    Checked against: R survival 3.5-3, tests/reference/follow/km_colon.json.
    """
    entry, exit_, met = persons_followed(entry_day, exit_day, event, name="event", most=1)
    labels, code = np.unique(np.asarray(group).astype(str), return_inverse=True)
    if code.size != exit_.size or labels.size < 2:
        raise InputError("groups are needed: one label per person, and two labels or more")
    whole = count_days(entry, exit_, met, 1)
    length, first = whole.at_risk.size, whole.first
    at_risk = np.zeros((labels.size, length))
    for one in range(labels.size):
        mine = code == one
        begun = np.bincount(entry[mine] - first, minlength=length)
        gone = np.bincount(exit_[mine] - first, minlength=length)
        at_risk[one, 1:] = np.cumsum(begun - gone)[:-1]
    events = whole.events[0].astype(np.float64)
    share = np.divide(at_risk, whole.at_risk, out=np.zeros_like(at_risk), where=whole.at_risk > 0)
    expected = share @ events
    observed = np.bincount(code, weights=met.astype(float), minlength=labels.size)
    spread = events * ratio(whole.at_risk - whole.events[0], whole.at_risk - 1)
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    miss = (observed - expected)[1:]
    value = float(miss @ np.linalg.solve(covariance[1:, 1:], miss))
    return LogRank(
        groups=tuple(str(one) for one in labels),
        observed=tuple(int(one) for one in observed),
        expected=tuple(float(one) for one in expected),
        chi_square=value,
        freedom=labels.size - 1,
        p=chi_square(value, labels.size - 1)[2],
    )
