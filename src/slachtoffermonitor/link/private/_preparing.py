"""From a row in clear text to the features that tokens are made of."""

from __future__ import annotations

from typing import Final

import polars as pl

from slachtoffermonitor.link.features import FEATURES, clear_features

__all__ = ["SPLIT", "prepared"]

SPLIT: Final = "\x1f"  # between the parts of a composite value; no prepared value holds it
_INITIALS: Final = r"^\S( \S)*$"


def prepared(rows: pl.DataFrame) -> pl.DataFrame:
    """Take the same steps as in clear mode; a feature that cannot be made is not known.

    An initial alone says too little for a filter, and would look like another name.

    Args:
        rows: in the shape of `link.gathering`: our names of columns, birth dates as text.

    Returns:
        The features of `link.features`, and `whole_given`, `whole_forms` (null for initials) and
        `none` (empty text).

    """
    wanted = {source for sources in FEATURES.values() for source in sources} | {"birth_year"}
    complete = rows.with_columns(
        pl.lit(None, pl.Int32 if name == "birth_year" else pl.String).alias(name)
        for name in sorted(wanted - set(rows.columns))
    )
    features = clear_features(complete, first_record=0)
    initials = pl.col("given").str.contains(_INITIALS)
    return features.with_columns(
        none=pl.lit(""),
        whole_given=pl.when(~initials).then("given"),
        whole_forms=pl.when(~initials).then("given_forms"),
    )
