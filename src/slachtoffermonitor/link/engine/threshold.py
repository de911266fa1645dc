"""From which match probability on a pair is accepted, without any known truth."""

from __future__ import annotations

import numpy as np
import polars as pl

__all__ = ["balanced_threshold"]


def balanced_threshold(pairs: pl.DataFrame, expected: float) -> float:
    """Find the match probability from which as many pairs are accepted as are expected to match.

    Accepting for the largest expected F1 instead would join, in a small register of lookalikes,
    many pairs that are likelier two persons than one.
    """
    steps = (
        pairs.group_by("match_probability")
        .len()
        .sort("match_probability", descending=True)
        .with_columns(pl.col("len").cum_sum().alias("accepted"))
    )
    surplus = np.abs(np.append(0.0, steps["accepted"].to_numpy()) - expected)
    best = int(np.argmin(surplus))
    return 1.0 if best == 0 else float(steps["match_probability"][best - 1])
