"""The dictionary attack: make tokens of all names that exist, and see which turn up."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.private._exact import exact_tokens
from slachtoffermonitor.link.private._filters import make_filters, unpack
from slachtoffermonitor.link.private._preparing import SPLIT
from slachtoffermonitor.link.private.attacks.outcome import (
    AttackOutcome,
    Field,
    known_rows,
    outcome,
)
from slachtoffermonitor.link.private.columns import EXACT, FILTERS, SALTED
from slachtoffermonitor.link.private.keys import Key
from slachtoffermonitor.link.private.parameters import TokenParameters

__all__ = ["dictionary_attack"]

_ROWS_AT_ONCE: Final = 2_000


def dictionary_attack(
    tokens: pl.DataFrame,
    reports: pl.DataFrame,
    dictionary: pl.DataFrame,
    *,
    key: Key,
    field: Field = "surname",
) -> AttackOutcome:
    """How many values does somebody find who tokenises all values that exist with this key?

    With the true key this finds every value that stands in the dictionary, whatever hardening:
    the key is what protects. With a key of the attacker's own it must find no more than chance.

    Args:
        tokens: what `tokenise` gave.
        reports: the rows behind them in clear text, in the same order, to count with.
        dictionary: rows in clear text whose values are tried, such as a population register.
        key: with which the attacker makes tokens.
        field: what is to be found.

    Returns:
        The outcome; where no token is found, a name is guessed by the most similar filter.

    Raises:
        InputError: columns are missing, or no tokens are made of the field.

    Source: Christen, Ranbaduge and Schnell (2020), Linking Sensitive Data, section 8.2.

    """
    parameters = TokenParameters.from_text(tokens["token_parameters"][0])
    truth = known_rows(reports, field).with_columns(group=pl.lit(""))
    known = known_rows(dictionary, field).with_columns(group=pl.lit(""))
    column = f"{field}_token"
    salt = parameters.salt if column in SALTED else "none"
    tried = (
        known.select("value", pl.col(salt).alias("salt")).drop_nulls().unique(maintain_order=True)
    )
    whole = pl.concat_str("value", "salt", separator=SPLIT) if column in SALTED else pl.col("value")
    made = exact_tokens(tried.select(whole).to_series(), key.for_field(EXACT[column][0]))
    guesses = tokens[column].replace_strict(
        made, tried["value"], default=None, return_dtype=pl.String
    )
    filters = f"{field}_filter"
    if filters in FILTERS and salt == "none":
        nearest = _nearest(tokens[filters], tried, key.for_field(FILTERS[filters][0]), parameters)
        guesses = guesses.zip_with(guesses.is_not_null(), nearest)
    return outcome("dictionary", field, guesses=guesses, truth=truth, reference=known)


def _nearest(
    filters: pl.Series, tried: pl.DataFrame, key: bytes, parameters: TokenParameters
) -> pl.Series:
    """Give for each filter the tried name whose filter shares most bits with it."""
    named = tried.rename({"value": "name"})
    theirs = unpack(make_filters(named, key, parameters), parameters.stored_bits).astype(np.float32)
    distinct = filters.drop_nulls().unique(maintain_order=True)
    ours = unpack(distinct, parameters.stored_bits).astype(np.float32)
    best: list[npt.NDArray[np.intp]] = []
    for start in range(0, len(ours), _ROWS_AT_ONCE):
        part = ours[start : start + _ROWS_AT_ONCE]
        sizes = part.sum(axis=1)[:, None] + theirs.sum(axis=1)[None, :]
        best.append((2 * part @ theirs.T / sizes).argmax(axis=1))
    names = named["name"].gather(np.concatenate(best))
    return filters.replace_strict(distinct, names, default=None, return_dtype=pl.String)
