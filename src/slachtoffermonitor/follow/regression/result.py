"""What a hazard regression says: ratios with limits, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from scipy.stats import chi2, norm

from slachtoffermonitor.follow.cohort.definition import CohortDefinition, EventChoice
from slachtoffermonitor.follow.counting.days import Values
from slachtoffermonitor.follow.regression.cells import Rows
from slachtoffermonitor.follow.regression.design import Design
from slachtoffermonitor.follow.regression.fitting import Fit
from slachtoffermonitor.follow.regression.likelihood import Ties
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["HazardModel", "RegressionMethod", "chi_square", "coefficient_table"]

RegressionMethod = Literal["cox", "andersen-gill", "fine-gray"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardModel:
    """Ratios between groups, all else that is in the model being equal.

    `coefficients`: term, column, group, reference, coefficient, standard_error (robust where rows
    belong together), naive_error, ratio, low, high, p, linkage. `covariance` is that of the
    coefficients (term × term). `tests`: `score` and `wald`, each (chi-square, degrees of freedom,
    p); `likelihood-ratio` as well, where rows do not belong together. `rows` and `fit` are kept for
    `check_proportional` and `concordance`; they are None when linkages are pooled.
    """

    method: RegressionMethod
    question: Text
    coefficients: pl.DataFrame
    covariance: Values = field(repr=False)
    log_likelihood: float
    null_log_likelihood: float
    tests: Mapping[str, tuple[float, int, float]]
    persons: int
    events: int
    ties: Ties
    event: EventChoice
    definition: CohortDefinition | None
    level: float
    linkages: int = 1
    rows: Rows | None = field(default=None, repr=False)
    fit: Fit | None = field(default=None, repr=False)
    design: Design | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        """Show method and size, never a person."""
        terms = self.coefficients.height
        return f"HazardModel({self.method}, {terms} terms, {self.persons} persons)"

    def ratio(self, term: str) -> tuple[float, float, float]:
        """Give the ratio of one term with its limits.

        Raises:
            InputError: no such term.

        """
        row = self.coefficients.filter(pl.col("term") == term)
        if row.is_empty():
            allowed = ", ".join(self.coefficients["term"])
            raise InputError(Problem(what="no such term", found=term, allowed=allowed))
        value, low, high = row.select("ratio", "low", "high").row(0)
        return value, low, high


def coefficient_table(
    design: Design, values: Values, errors: Values, naive: Values, *, level: float
) -> pl.DataFrame:
    """Write coefficients with ratios and limits."""
    reach = norm.ppf(0.5 + level / 2) * errors
    return pl.DataFrame(
        {
            "term": design.terms,
            "column": design.columns,
            "group": design.groups,
            "reference": design.references,
            "coefficient": values,
            "standard_error": errors,
            "naive_error": naive,
            "ratio": np.exp(values),
            "low": np.exp(values - reach),
            "high": np.exp(values + reach),
            "p": 2 * norm.sf(np.abs(values / errors)),
            "linkage": np.zeros(values.size),
        }
    )


def chi_square(value: float, freedom: int) -> tuple[float, int, float]:
    """Give a test: its value, its degrees of freedom, and how often chance gives as much."""
    return value, freedom, float(chi2.sf(value, freedom))
