"""From a number to the band that it falls in: ages in years, durations in months."""

from __future__ import annotations

from functools import cache

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.vocabulary._reading import code_list

__all__ = ["age_band", "age_band_expr", "duration_band", "duration_band_expr"]

_UNKNOWN = "ONB"
_DURATIONS = "duration_bands"


@cache
def _bands(list_name: str) -> tuple[tuple[int, str], ...]:
    """Give (lower bound, code) of the bands, lowest first; each ends where the next begins."""
    found = sorted(
        (int(code.attributes["lower"]), name)
        for name, code in code_list(list_name).items()
        if "lower" in code.attributes
    )
    if not found:
        raise InputError(
            Problem(
                what="is not a list of bands",
                found=repr(list_name),
                allowed="a code list whose codes have the attribute 'lower'",
            )
        )
    return tuple(found)


def _band(list_name: str, value: int | None, unit: str) -> str:
    bands = _bands(list_name)
    if value is None:
        return _UNKNOWN
    if value < bands[0][0]:
        raise InputError(
            Problem(
                what=f"lies below the first band of '{list_name}'",
                allowed=f"{bands[0][0]} {unit} or more",
            )
        )
    return next(code for lower, code in reversed(bands) if lower <= value)


def _band_expr(list_name: str, column: str) -> pl.Expr:
    value = pl.col(column)
    band = pl.lit(None, dtype=pl.String)
    for lower, code in _bands(list_name):
        band = pl.when(value >= lower).then(pl.lit(code)).otherwise(band)
    return pl.when(value.is_null()).then(pl.lit(_UNKNOWN)).otherwise(band).alias(column)


def age_band(list_name: str, age: int | None) -> str:
    """In which band of the list does an age fall?

    Say which age: at registration (`age_bands`) and at exploitation
    (`age_bands_at_exploitation`) have the same codes and are not the same thing.

    Assumes:
        `age` counts completed years.

    Returns:
        A code of the list; ONB when the age is not known.

    Raises:
        InputError: no such list, a list without bands, or an age below zero (not shown: an age
            may be a person's).

    Example:
        >>> age_band("age_bands", 17), age_band("age_bands_ctdc", 17), age_band("age_bands", None)
        ('L00_17', 'C09_17', 'ONB')

    """
    return _band(list_name, age, "years")


def age_band_expr(column: str, list_name: str) -> pl.Expr:
    """Give `age_band` as a Polars expression over a column of ages in completed years.

    Returns:
        Strings named after `column`; ONB where the age is null; null where it is below zero.

    """
    return _band_expr(list_name, column)


def duration_band(months: int | None) -> str:
    """In which band of `duration_bands` does a duration in completed months fall?

    Returns:
        A code of the list; ONB when the duration is not known.

    Raises:
        InputError: a duration below zero.

    """
    return _band(_DURATIONS, months, "months")


def duration_band_expr(column: str) -> pl.Expr:
    """Give `duration_band` as a Polars expression over a column of completed months."""
    return _band_expr(_DURATIONS, column)
