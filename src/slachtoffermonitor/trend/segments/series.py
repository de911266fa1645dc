"""A series as the search sees it: counts, and what to expect of each period without a break."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.trend._counts import checked, evenly_spaced, periods_per_year
from slachtoffermonitor.trend.regression.fitting import fit_counts

__all__ = ["EffortAs", "counted_periods", "expected_without_break", "residuals_around"]

Floats = NDArray[np.float64]
EffortAs = Literal["offset", "covariate"]

_LEAST_PERIODS = 8


def counted_periods(frame: pl.DataFrame, settings: dict[str, int]) -> pl.DataFrame:
    """Give the periods in order with their counts, or refuse with all that is wrong.

    Raises:
        InputError: with every problem of the frame and of the settings.

    """
    rows = checked(
        frame, {"period": "date", "count": "count"}, optional={"effort": "size"}, key=("period",)
    ).sort("period")
    evenly_spaced(rows["period"])
    problems = [
        Problem(what="out of bounds", column=name, found=str(value), allowed="1 or more")
        for name, value in settings.items()
        if value < 1
    ]
    least = max(_LEAST_PERIODS, 2 * settings["shortest"])
    if rows.height < least:
        problems.append(
            Problem(
                what="too few periods to look for a break",
                found=str(rows.height),
                allowed=f"{least} or more",
            )
        )
    if not rows["count"].sum():
        problems.append(Problem(what="nothing was counted in any period", column="count"))
    if problems:
        raise InputError(problems)
    return rows


def expected_without_break(
    rows: pl.DataFrame, *, trend: bool, harmonics: int, effort: EffortAs
) -> Floats:
    """Give what to expect of each period without a break, up to a factor."""
    number = rows.height
    size: Floats = rows["effort"].to_numpy() if "effort" in rows.columns else np.ones(number)
    columns = [np.ones(number)]
    time = np.arange(number) / number
    if trend:
        columns.append(time - time.mean())
    if harmonics:
        per_year = periods_per_year(evenly_spaced(rows["period"]))
        for wave in range(1, harmonics + 1):
            angle = 2 * np.pi * wave * np.arange(number) / per_year
            columns += [np.sin(angle), np.cos(angle)]
    offset = np.log(size)
    if effort == "covariate" and "effort" in rows.columns:
        columns.append(offset - offset.mean())
        offset = np.zeros(number)
    if len(columns) == 1:
        return np.asarray(size / size.mean(), dtype=np.float64)
    fit = fit_counts(np.column_stack(columns), rows["count"].to_numpy().astype(float), offset)
    return np.asarray(fit.means / fit.means.mean(), dtype=np.float64)


def residuals_around(counts: Floats, expected: Floats, bounds: list[int]) -> tuple[float, float]:
    """Give the dispersion around the levels found, and how neighbours go together."""
    means = np.concatenate(
        [expected[a:b] * counts[a:b].sum() / expected[a:b].sum() for a, b in pairwise(bounds)]
    )
    safe = np.maximum(means, 1e-12)
    residuals = (counts - means) / np.sqrt(safe)
    squares = float(residuals @ residuals)
    degrees = max(1, len(counts) - len(bounds) + 1)
    lag = float(residuals[1:] @ residuals[:-1]) / squares if squares else 0.0
    return max(1.0, squares / degrees), lag
