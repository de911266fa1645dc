"""Linkage as a source of uncertainty: one estimate from many imputed linkages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.robustness._pooling import LEVELS, mix_replicates, pool_by_rubin
from slachtoffermonitor.estimate.robustness.selection import Selection, filled_lists
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.estimate.uncertainty.replicates import repeat, resample
from slachtoffermonitor.ground import LANGUAGES, InputError, Number, Problem, Text

__all__ = ["LinkageEstimate", "LinkedEstimate", "combine_linkages"]

Floats = NDArray[np.float64]
Limits = tuple[float, float]
_MODEL_TRUE = Text(
    "The uncertainty within a linkage takes the chosen model as true and is too small; ask for a "
    "bootstrap."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEstimate:
    """What one linkage says.

    Attributes:
        observed: persons in its table.
        hidden: persons on no list; None when no model is sound.
        log_hidden_variance: variance of the logarithm of `hidden`, given this linkage.
        model: the chosen model, its numbers standing for the lists with persons.

    """

    observed: int
    hidden: float | None
    log_hidden_variance: float | None
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageEstimate:
    """How many persons there are when it is not sure which records are one person.

    Attributes:
        lists: names of the lists.
        linkages: what each linkage says, in the order given.
        refused: linkages in which no model was sound; they are left out.
        observed: persons seen, averaged over the linkages.
        hidden: persons unseen: exp of the mean logarithm.
        within: mean variance of log hidden within a linkage.
        between: variance of log hidden between linkages.
        degrees: degrees of freedom of Rubin's rules; infinite when linkages agree.
        linkage_share: share of the variance of log hidden that is linkage, 0 to 1.
        widening: how many times as wide as without the variance between linkages the interval
            of log hidden is.
        intervals: level → limits of `estimate` by Rubin's rules.
        mixed: level → quantiles of the bootstrap replicates of all linkages together, in which
            the number observed varies too; empty without a bootstrap.
        bootstrap: replicates per linkage.
        notices: what the reader must know.

    """

    lists: tuple[str, ...]
    linkages: tuple[LinkedEstimate, ...]
    refused: int
    observed: float
    hidden: float
    within: float
    between: float
    degrees: float
    linkage_share: float
    widening: float
    intervals: Mapping[str, Limits]
    mixed: Mapping[str, Limits]
    bootstrap: int
    notices: tuple[Text, ...] = ()

    @property
    def estimate(self) -> float:
        """Persons seen and unseen."""
        return self.observed + self.hidden

    def to_dict(self) -> dict[str, Any]:
        """Give the object of this result in JSON."""
        return {
            "lists": list(self.lists),
            "linkages": len(self.linkages),
            "refused": self.refused,
            "observed": self.observed,
            "estimate": self.estimate,
            "hidden": self.hidden,
            "within": self.within,
            "between": self.between,
            "degrees": self.degrees if math.isfinite(self.degrees) else None,
            "linkage_share": self.linkage_share,
            "widening": self.widening,
            "intervals": {level: list(limits) for level, limits in self.intervals.items()},
            "mixed": {level: list(limits) for level, limits in self.mixed.items()},
            "bootstrap": self.bootstrap,
            "estimates": [
                {
                    "observed": each.observed,
                    "hidden": each.hidden,
                    "log_hidden_variance": each.log_hidden_variance,
                    "model": each.model,
                }
                for each in self.linkages
            ],
            "notices": {
                name: [notice.in_language(name) for notice in self.notices] for name in LANGUAGES
            },
        }


def combine_linkages(
    tables: Sequence[CaptureTable],
    *,
    selection: Selection | None = None,
    bootstrap: int = 200,
    seed: int | None = None,
) -> LinkageEstimate:
    """How many persons are there, and how much of the doubt is about who is who?

    Each table comes from one linkage drawn from the probabilities of the linkage model. One
    missed link makes two persons out of one and takes away an overlap: the hidden number rises
    steeply. An interval from the single best linkage knows nothing of that.

    With m linkages, Q_i = log hidden and U_i its variance given linkage i, Rubin's rules take
    Q̄ = mean Q_i, W = mean U_i, B = variance of the Q_i, T = W + (1 + 1/m) B; t with
    (m − 1)(1 + W / ((1 + 1/m) B))² degrees of freedom. The linkage's share is (1 + 1/m) B / T.

    Assumes: the linkages are draws from their joint distribution, not the best few; the linkage
    model is right.

    Args:
        tables: one per linkage, two or more, of the same lists in the same order.
        selection: how a model is chosen in each linkage; BIC up to order 2 when not given.
        bootstrap: replicates per linkage, the choice of the model repeated in each; with 0 the
            model is taken as true and nothing is mixed.
        seed: of the bootstrap.

    Raises:
        InputError: fewer than two tables, other lists, or fewer than two with a sound model.

    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys (the rules); Schomaker &
    Heumann (2018), Statistics in Medicine 37(14) (replicates of all imputations pooled).

    """
    chosen = selection or Selection()
    _refuse(tables, bootstrap)
    rng = np.random.default_rng(seed)
    known: dict[tuple[str, bytes], _Linked] = {}
    linked = []
    for table in tables:
        key = ("/".join(table.lists), table.counts.tobytes())
        if key not in known:
            known[key] = _estimate(table, chosen, bootstrap, rng)
        linked.append(known[key])
    sound = [each for each in linked if np.isfinite(each.log_hidden)]
    if len(sound) < 2:
        raise InputError(
            Problem(
                what="fewer than two linkages have a sound model",
                found=f"{len(sound)} of {len(linked)}",
                allowed="more persons on two lists together, or fewer lists",
            )
        )
    rules = pool_by_rubin([each.log_hidden for each in sound], [each.variance for each in sound])
    observed = float(np.mean([each.observed for each in sound]))
    hidden = math.exp(rules.middle)
    return LinkageEstimate(
        lists=tables[0].lists,
        linkages=tuple(each.shown() for each in linked),
        refused=len(linked) - len(sound),
        observed=observed,
        hidden=hidden,
        within=rules.within,
        between=rules.between,
        degrees=rules.degrees,
        linkage_share=rules.share,
        widening=math.sqrt(rules.total / rules.within) if rules.within else math.inf,
        intervals={name: rules.limits(observed, level) for name, level in LEVELS.items()},
        mixed=mix_replicates([each.replicates for each in sound]),
        bootstrap=bootstrap,
        notices=_notices(len(linked) - len(sound), bootstrap),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """One linkage at work: log hidden is NaN when no model is sound."""

    observed: int
    log_hidden: float
    variance: float
    model: str
    replicates: Floats

    def shown(self) -> LinkedEstimate:
        sound = math.isfinite(self.log_hidden)
        return LinkedEstimate(
            observed=self.observed,
            hidden=math.exp(self.log_hidden) if sound else None,
            log_hidden_variance=self.variance if sound else None,
            model=self.model,
        )


def _estimate(
    table: CaptureTable, selection: Selection, bootstrap: int, rng: np.random.Generator
) -> _Linked:
    """Estimate from one linkage, with the variance of the logarithm within it."""
    try:
        used = filled_lists(table)
        search = selection.search(used)
    except InputError:
        return _Linked(
            observed=table.observed,
            log_hidden=math.nan,
            variance=math.nan,
            model="",
            replicates=np.empty(0),
        )
    averaged = selection.rule == "average" and search.exhaustive
    hidden = average(search).hidden if averaged else search.best.hidden
    replicates = np.empty(0)
    variance = _model_variance(search, averaged=averaged)
    if bootstrap:
        drawn = resample(used.counts, bootstrap, rng)
        found = repeat(search, drawn, averaged=averaged).estimates
        replicates = found[np.isfinite(found) & (found > used.observed)]
        if replicates.size > 1:
            variance = float(np.var(np.log(replicates - used.observed), ddof=1))
    return _Linked(
        observed=used.observed,
        log_hidden=math.log(hidden) if hidden > 0 else math.nan,
        variance=variance,
        model=search.best.model.notation(used.lists),
        replicates=replicates,
    )


def _model_variance(search: Search, *, averaged: bool) -> float:
    """Give the variance of log hidden under the best model, or over the weighted models."""
    if not averaged:
        return search.best.log_hidden_se**2
    over = average(search)
    middle = float((over.weights * over.log_hidden).sum())
    return float((over.weights * (over.log_hidden_se**2 + (over.log_hidden - middle) ** 2)).sum())


def _notices(refused: int, bootstrap: int) -> tuple[Text, ...]:
    notices = [] if bootstrap else [_MODEL_TRUE]
    if refused:
        notices.append(
            Text(
                "In {refused} of the linkages no model was sound; they are left out, which favours "
                "linkages with more overlap.",
                {"refused": Number(refused)},
            )
        )
    return tuple(notices)


def _refuse(tables: Sequence[CaptureTable], bootstrap: int) -> None:
    problems = []
    if len(tables) < 2:
        problems.append(
            Problem(
                what="linkages to combine are missing",
                found=str(len(tables)),
                allowed="2 tables or more",
            )
        )
    others = sorted({", ".join(table.lists) for table in tables})
    if len(others) > 1:
        problems.append(
            Problem(
                what="the linkages are of other lists, or of another order of lists",
                found=" / ".join(others),
            )
        )
    if bootstrap < 0:
        problems.append(Problem(what="the number of replicates is negative", found=str(bootstrap)))
    if problems:
        raise InputError(problems)
