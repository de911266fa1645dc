"""Closed-population models of lists and heterogeneity: a judge, not a replacement of the search."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isinf, isnan, log, sqrt

import numpy as np
from scipy.special import gammaln, xlogy

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._designs import (
    HETEROGENEITY,
    Heterogeneity,
    list_groups,
    times_seen,
    with_heterogeneity,
)
from slachtoffermonitor.estimate.closed._intervals import log_normal_interval, profile_interval
from slachtoffermonitor.estimate.closed._newton import Groups
from slachtoffermonitor.estimate.closed._poisson import (
    PoissonFit,
    fit_nonnegative,
    fit_poisson,
)
from slachtoffermonitor.estimate.closed._removal import fit_removal
from slachtoffermonitor.ground import Number, Text

__all__ = ["ClosedPopulationModel", "closed_population_models"]

_EQUAL = Text(
    "This model presumes that every list finds equally many persons. Registers never do: use the "
    "number only as a yardstick."
)
_ORDERED = Text(
    "This model presumes that the lists are searches one after the other, in the order of the "
    "columns and equally thorough. Do not use it for registers that work side by side."
)
_BOUND = Text("This is a lower bound for the number of persons, not an estimate of it.")
_ZERO = Text("The counts force the hidden number to zero, which says nothing about the truth.")
_INFINITE = Text("The counts force the hidden number to infinity: the model has no estimate.")
_FREE = Text("The counts do not fix the hidden number: the model has no estimate.")
_RISING = Text(
    "The number of newly seen persons does not fall from list to list: the model has no estimate."
)
_LESS = Text(
    "The heterogeneity is negative: persons differ less than chance would make them, so the model "
    "does not describe how persons differ. Do not use the number."
)
_NO_UPPER = Text("The interval has no upper end: the lists overlap too little.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a fit says before it is judged: the log-likelihood lacks Σ log n! of the cells."""

    hidden: float
    standard_error: float | None
    interval: tuple[float, float] | None
    log_likelihood: float
    parameters: int
    notices: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPopulationModel:
    """One model's answer.

    Attributes:
        name: as the literature writes it: M0, Mt, Mh Chao (LB), …, Mb, Mbh.
        abundance: persons seen and hidden together; None when the counts do not fix it.
        standard_error: of `abundance`; None where it has none.
        interval: 95%: by multinomial profile likelihood, for Mb and Mbh with the logarithm of
            the hidden number as normal; None where there is none. The upper end can be infinite.
        deviance: over all 2^lists − 1 capture histories.
        df: capture histories less parameters; parameters at infinity count.
        aic: −2 log-likelihood + 2 parameters, with the full Poisson likelihood.
        bic: the same with log n per parameter, n the persons seen.
        notices: what must stand beside the number.

    """

    name: str
    abundance: float | None
    standard_error: float | None
    interval: tuple[float, float] | None
    deviance: float
    df: int
    aic: float
    bic: float
    notices: tuple[Text, ...]


def closed_population_models(
    table: CaptureTable, *, ordered: bool = True
) -> tuple[ClosedPopulationModel, ...]:
    """What do the classical closed-population models make of this table?

    They differ widely on the same table, and those that fit equally well can differ without
    limit: the counts cannot tell how the persons whom no list saw differ from those who were seen
    (Link 2003). Never choose one by its AIC and publish it; show the range, and read Chao's bound
    as a bound. None of them lets two lists depend on each other, as referral makes them do.

    M0 and Mh presume lists that find equally many; Mb and Mbh presume searches in order. For
    registers only Mt and Mth describe how the lists work.

    Assumes: nobody enters or leaves the population; persons were linked without error.

    Args:
        table: the counts; strata are taken together.
        ordered: give Mb and Mbh too, with a notice; leave them out with False.

    Returns:
        M0, Mt; with three lists or more Mh and Mth, each as Chao's lower bound, Poisson (2),
        Darroch and Gamma (3.5); Mb and, with three lists or more, Mbh.

    Source: Otis et al. (1978), Wildlife Monographs 62 (the models); Cormack (1989), Biometrics
    45(2) (as log-linear models); Rivest & Lévesque (2001), Canadian Journal of Statistics 29(4),
    (standard error); Rivest & Baillargeon (2007), Biometrics 63(4) (Chao's bound);
    Baillargeon & Rivest (2007), JSS 19(5) (all together); Link (2003), Biometrics 59(4).
    Checked against: Rcapture 1.4-4, `tests/reference/mse/rcd_*.json`.

    Example:
        >>> import numpy as np
        >>> counts = np.array([0, 69, 55, 21, 63, 17, 18, 28])
        >>> models = closed_population_models(CaptureTable.of_counts(("P", "Q", "E"), counts))
        >>> {model.name: round(model.abundance) for model in models[:3]}
        {'M0': 389, 'Mt': 388, 'Mh Chao (LB)': 479}

    """
    equal, apart = times_seen(table), list_groups(table)
    models = [
        _described("M0", fit_poisson(equal), table, (_EQUAL,)),
        _described("Mt", fit_poisson(apart), table, ()),
    ]
    if table.size > 2:
        models += [_heterogeneous("Mh", kind, equal, table, (_EQUAL,)) for kind in HETEROGENEITY]
        models += [_heterogeneous("Mth", kind, apart, table, ()) for kind in HETEROGENEITY]
    if ordered:
        models.append(_removal("Mb", table, first_apart=False))
        if table.size > 2:
            models.append(_removal("Mbh", table, first_apart=True))
    return tuple(models)


def _heterogeneous(
    family: str,
    heterogeneity: Heterogeneity,
    effects: Groups,
    table: CaptureTable,
    notices: tuple[Text, ...],
) -> ClosedPopulationModel:
    name = f"{family} {heterogeneity.name}"
    groups = with_heterogeneity(effects, heterogeneity.kind)
    if heterogeneity.bound:
        return _lower_bound(name, groups, effects.design.shape[1], table, notices)
    fit = fit_poisson(groups)
    # Every column is convex in k: a positive coefficient means that persons differ.
    if fit.kept.all() and fit.coefficients[-1] < 0:
        notices = (*notices, _LESS)
    return _described(name, fit, table, notices)


def _lower_bound(
    name: str, groups: Groups, effects: int, table: CaptureTable, notices: tuple[Text, ...]
) -> ClosedPopulationModel:
    hinges = list(range(effects, groups.design.shape[1]))
    fit, kept = fit_nonnegative(groups, hinges)
    removed = groups.design.shape[1] - len(kept)
    notices = (_BOUND, *notices)
    if removed:
        message = "{removed} of {all} heterogeneity parameters would be negative; they are zero."
        values = {"removed": Number(removed), "all": Number(len(hinges))}
        notices = (*notices, Text(message, values))
    return _described(name, fit, table, notices)


def _described(
    name: str, fit: PoissonFit, table: CaptureTable, notices: tuple[Text, ...]
) -> ClosedPopulationModel:
    hidden = fit.hidden()
    error, interval = None, None
    if 0 < hidden < float("inf"):
        error = sqrt(hidden + hidden**2 * fit.log_hidden_variance())
        interval = profile_interval(fit)
        if isinf(interval[1]):
            notices = (*notices, _NO_UPPER)
    elif hidden == 0:
        notices = (*notices, _ZERO)
    else:
        notices = (*notices, _INFINITE if isinf(hidden) else _FREE)
    answer = _Answer(
        hidden=hidden,
        standard_error=error,
        interval=interval,
        log_likelihood=fit.log_likelihood,
        parameters=fit.coefficients.size,
        notices=notices,
    )
    return _judged(name, table, answer)


def _removal(name: str, table: CaptureTable, *, first_apart: bool) -> ClosedPopulationModel:
    fit = fit_removal(table, first_apart=first_apart)
    interval = None
    notices: tuple[Text, ...] = (_ORDERED,)
    if fit.standard_error is not None:
        interval = log_normal_interval(table.observed, fit.hidden, fit.standard_error)
    elif isnan(fit.hidden):
        notices = (*notices, _RISING)
    else:
        notices = (*notices, _ZERO)
    answer = _Answer(
        hidden=fit.hidden,
        standard_error=fit.standard_error,
        interval=interval,
        log_likelihood=fit.log_likelihood,
        parameters=fit.parameters,
        notices=notices,
    )
    return _judged(name, table, answer)


def _judged(name: str, table: CaptureTable, answer: _Answer) -> ClosedPopulationModel:
    """Add deviance and criteria, over all capture histories and with the full likelihood."""
    counts = table.counts[1:].astype(np.float64)
    saturated = float((xlogy(counts, counts) - counts).sum())
    full = answer.log_likelihood - float(gammaln(counts + 1.0).sum())
    penalised = -2.0 * full
    return ClosedPopulationModel(
        name=name,
        abundance=table.observed + answer.hidden if isfinite(answer.hidden) else None,
        standard_error=answer.standard_error,
        interval=answer.interval,
        deviance=max(2.0 * (saturated - answer.log_likelihood), 0.0),
        df=counts.size - answer.parameters,
        aic=penalised + 2.0 * answer.parameters,
        bic=penalised + log(table.observed) * answer.parameters,
        notices=answer.notices,
    )
