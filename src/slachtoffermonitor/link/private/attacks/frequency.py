"""The frequency attack: the most frequent token is the most frequent name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import linear_sum_assignment

from slachtoffermonitor.link.private.attacks.outcome import (
    BESIDE,
    AttackOutcome,
    Field,
    known_rows,
    outcome,
    strata,
)

__all__ = ["frequency_attack"]

Floats = npt.NDArray[np.float64]

_MOST_FREQUENT: Final = 1_000
_UNSEEN: Final = 1e-3


def frequency_attack(
    tokens: pl.DataFrame,
    reports: pl.DataFrame,
    reference: pl.DataFrame,
    *,
    field: Field = "surname",
    beside: Sequence[str] = BESIDE,
) -> AttackOutcome:
    """How many values does somebody without the key find, by how often each token occurs?

    The attacker knows how often each value occurs in each group of people, and pairs tokens and
    values so that what was counted is likeliest. Flipped bits and balanced filters do not matter
    to it: one name has one token, or names could not be weighed by how rare they are. A salt does
    matter, as it divides each name over many tokens.

    Args:
        tokens: what `tokenise` gave.
        reports: the rows behind them in clear text, in the same order, to count with.
        reference: rows in clear text from which the attacker knows frequencies. The reports
            themselves: an attacker who knows as much as can be known. A population register: one
            who knows what is public.
        field: what is to be found.
        beside: readable columns that tell groups apart; none for a file without them.

    Assumes: tokens of one field only; using several together would find more.

    Raises:
        InputError: columns are missing, or no tokens are made of the field.

    Source: Niedermeyer, Steinmetzer, Kroll and Schnell (2014), Cryptanalysis of basic Bloom
    filters used for privacy preserving record linkage, Journal of Privacy and Confidentiality 6(2).

    """
    known = known_rows(reference, field)
    known = known.with_columns(group=strata(known, beside))
    truth = known_rows(reports, field).with_columns(group=strata(tokens, beside))
    seen = tokens.select(value=f"{field}_token").with_columns(truth["group"])
    pairs = _paired(seen, known)
    guesses = seen["value"].replace_strict(
        pairs["token"], pairs["value"], default=None, return_dtype=pl.String
    )
    return outcome("frequency", field, guesses=guesses, truth=truth, reference=known)


def _paired(seen: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Pair the most frequent tokens and values, one to one, by the largest likelihood."""
    groups = pl.concat([seen["group"], known["group"]]).unique().sort()
    tokens, counted = _counts(seen, groups)
    values, listed = _counts(known, groups)
    present = _sizes(seen, groups)
    share = listed / _sizes(known, groups).clip(min=1)
    # A value that was never seen in a group may still occur there, as it does elsewhere.
    overall = listed.sum(axis=1, keepdims=True) / max(1, known.height)
    expected = (0.9 * share + 0.1 * overall) * present + _UNSEEN
    likelihood = counted @ np.log(expected).T - expected.sum(axis=1)
    rows, places = linear_sum_assignment(-likelihood)
    return pl.DataFrame({"token": tokens.gather(rows), "value": values.gather(places)})


def _counts(rows: pl.DataFrame, groups: pl.Series) -> tuple[pl.Series, Floats]:
    """Count the most frequent values in each group: values, and a row of counts for each."""
    filled = rows.drop_nulls("value")
    frequent = (
        filled.group_by("value").len().sort("len", "value", descending=True).head(_MOST_FREQUENT)
    )
    table = (
        filled.join(frequent.select("value").with_row_index("row"), on="value")
        .join(pl.DataFrame({"group": groups}).with_row_index("column"), on="group")
        .group_by("row", "column")
        .len()
    )
    counts = np.zeros((frequent.height, len(groups)))
    counts[table["row"].to_numpy(), table["column"].to_numpy()] = table["len"].to_numpy()
    return frequent["value"], counts


def _sizes(rows: pl.DataFrame, groups: pl.Series) -> Floats:
    found = pl.DataFrame({"group": groups}).join(
        rows.group_by("group").len(), on="group", how="left", maintain_order="left"
    )
    sizes: Floats = found["len"].fill_null(0).to_numpy().astype(np.float64)
    return sizes
