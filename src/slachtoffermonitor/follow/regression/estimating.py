"""From rows to a fitted model, and from the models of several linkages to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import stdtr

from slachtoffermonitor.follow._wording import regression_question
from slachtoffermonitor.follow.cohort.definition import EventChoice
from slachtoffermonitor.follow.pooling import pool
from slachtoffermonitor.follow.regression.cells import Rows, make_cells
from slachtoffermonitor.follow.regression.fitting import Fit, clustered, maximise, score_residuals
from slachtoffermonitor.follow.regression.given import Given
from slachtoffermonitor.follow.regression.likelihood import Ties
from slachtoffermonitor.follow.regression.result import (
    HazardModel,
    RegressionMethod,
    chi_square,
    coefficient_table,
)
from slachtoffermonitor.follow.regression.subdistribution import (
    robust_covariance,
    subdistribution_cells,
)
from slachtoffermonitor.ground import InputError

__all__ = ["estimate", "pool_models"]


def estimate(
    method: RegressionMethod, given: Given, choice: EventChoice, *, ties: Ties, level: float
) -> HazardModel:
    """Fit one model to rows.

    Raises:
        InputError: no event, or entries that differ in a Fine-Gray regression.

    """
    rows = given.rows
    if not rows.event.any():
        raise InputError("there is no event, so nothing can be compared")
    if method == "fine-gray":
        if np.unique(rows.entry).size > 1:
            raise InputError("a Fine-Gray regression takes persons who enter together")
        fit = maximise(subdistribution_cells(rows, given.cause), given.design.terms, "breslow")
        covariance = robust_covariance(rows, given.cause, fit, given.cluster)
    else:
        fit = maximise(make_cells(rows), given.design.terms, ties)
        covariance = fit.inverse
        if given.cluster is not None:
            covariance = clustered(score_residuals(rows, fit), given.cluster, fit.inverse)
    return _described(method, given, (rows, fit, covariance), choice, ties=ties, level=level)


def _described(
    method: RegressionMethod,
    given: Given,
    found: tuple[Rows, Fit, npt.NDArray[np.float64]],
    choice: EventChoice,
    *,
    ties: Ties,
    level: float,
) -> HazardModel:
    rows, fit, covariance = found
    freedom = fit.coefficients.size
    score = float(fit.null.score @ np.linalg.solve(fit.null.information, fit.null.score))
    wald = float(fit.coefficients @ np.linalg.solve(covariance, fit.coefficients))
    tests = {"score": chi_square(score, freedom), "wald": chi_square(wald, freedom)}
    if given.cluster is None and method == "cox":
        tests["likelihood-ratio"] = chi_square(2 * (fit.best.value - fit.null.value), freedom)
    return HazardModel(
        method=method,
        question=regression_question(method, choice.role),
        coefficients=coefficient_table(
            given.design,
            fit.coefficients,
            np.sqrt(np.diag(covariance)),
            np.sqrt(np.diag(fit.inverse)),
            level=level,
        ),
        covariance=covariance,
        log_likelihood=fit.best.value,
        null_log_likelihood=fit.null.value,
        tests=tests,
        persons=given.persons,
        events=int(rows.event.sum()),
        ties=ties,
        event=choice,
        definition=None,
        level=level,
        rows=rows,
        fit=fit,
        design=given.design,
    )


def pool_models(models: Sequence[HazardModel]) -> HazardModel:
    """Give one model from those of several linkages; all must have the same terms.

    Raises:
        InputError: a group that some linkage lacks.

    """
    first = models[0]
    terms = [tuple(one.coefficients["term"]) for one in models]
    if any(one != terms[0] for one in terms) or first.design is None:
        raise InputError(
            "the linkages do not give the same groups; name references, or join groups"
        )
    found = pool(
        np.stack([one.coefficients["coefficient"].to_numpy() for one in models]),
        np.stack([np.diag(one.covariance) for one in models]),
        persons=float(np.mean([one.persons for one in models])),
        level=first.level,
    )
    values = np.stack([one.coefficients["coefficient"].to_numpy() for one in models])
    between = np.cov(values.T, ddof=1).reshape(values.shape[1], -1) * (1 + 1 / len(models))
    away = found.estimate / found.standard_error
    naive = np.mean([one.coefficients["naive_error"].to_numpy() for one in models], axis=0)
    table = coefficient_table(
        first.design, found.estimate, found.standard_error, naive, level=first.level
    ).with_columns(
        low=pl.Series(np.exp(found.low)),
        high=pl.Series(np.exp(found.high)),
        p=pl.Series(2 * stdtr(np.minimum(found.freedom, 1e9), -np.abs(away))),
        linkage=pl.Series(found.linkage),
    )
    return replace(
        first,
        coefficients=table,
        covariance=np.mean([one.covariance for one in models], axis=0) + between,
        tests={},
        log_likelihood=float(np.mean([one.log_likelihood for one in models])),
        null_log_likelihood=float(np.mean([one.null_log_likelihood for one in models])),
        persons=round(np.mean([one.persons for one in models])),
        events=round(np.mean([one.events for one in models])),
        linkages=len(models),
        rows=None,
        fit=None,
    )
