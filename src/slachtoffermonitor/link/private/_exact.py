"""Keyed exact tokens: equal values give equal numbers, and nothing else can be seen of them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.private._preparing import SPLIT

__all__ = ["FORMS_KEPT", "exact_tokens", "token_lists", "unpack_lists"]

# No short form in our list stands for more full names than this, itself counted.
FORMS_KEPT: Final = 6
_HIGHEST_BITS: Final = np.uint64(0x8080_8080_8080_8080)


def exact_tokens(values: pl.Series, key: bytes) -> pl.Series:
    """Give a 64-bit token for each value, null where there is none.

    The highest bit of every byte is set, so that no byte of a token is a letter or a digit.

    Args:
        values: text.
        key: of this field.

    Assumes: 56 free bits; among a million values two differing ones share a token with a chance
        below one in 100,000.

    Returns:
        Int64.

    """
    distinct = values.drop_nulls().unique(maintain_order=True)
    tokens = pl.Series(_tokens(distinct.to_list(), key), dtype=pl.Int64)
    return values.replace_strict(distinct, tokens, default=None, return_dtype=pl.Int64)


def token_lists(values: pl.Series, salt: pl.Series, key: bytes) -> pl.Series:
    """Give the tokens of each list of values side by side, always as many.

    Short lists are filled up with tokens of the list itself, which equal those of the same list
    only: how many values there are is not seen.

    Args:
        values: lists of text.
        salt: keyed together with each value.
        key: of this field.

    Returns:
        Binary, of `FORMS_KEPT` tokens of eight bytes; null where there is no list or no salt.

    """
    whole = pl.DataFrame({"values": values, "salt": salt}).with_columns(
        key=pl.concat_str(pl.col("values").list.join(SPLIT), "salt", separator=SPLIT)
    )
    distinct = whole.drop_nulls().unique("key", maintain_order=True)
    packed = [
        np.sort(_tokens(_filled(forms, salt_value), key)).tobytes()
        for forms, salt_value, _ in distinct.iter_rows()
    ]
    made = distinct.select("key", tokens=pl.Series(packed, dtype=pl.Binary))
    return whole.join(made, on="key", how="left", maintain_order="left")["tokens"]


def unpack_lists(packed: pl.Series) -> pl.Series:
    """Give the tokens that stand side by side as lists of Int64."""
    known = packed.drop_nulls()
    numbers = np.frombuffer(b"".join(known), dtype="<i8").reshape(len(known), FORMS_KEPT)
    lists = pl.Series(numbers, dtype=pl.Array(pl.Int64, FORMS_KEPT)).cast(pl.List(pl.Int64))
    place = packed.is_not_null().cum_sum().cast(pl.Int64) - 1
    return lists.gather(place.set(packed.is_null(), None)).alias(packed.name)


def _filled(values: Sequence[str], salt: str) -> list[str]:
    kept = sorted(values)[:FORMS_KEPT]
    own = SPLIT.join(kept)
    fillers = (f"{SPLIT}{own}{SPLIT}{place}" for place in range(len(kept), FORMS_KEPT))
    return [f"{salt}{SPLIT}{value}" for value in (*kept, *fillers)]


def _tokens(values: Sequence[str], key: bytes) -> npt.NDArray[np.int64]:
    digests = b"".join(hmac.digest(key, value.encode(), "sha256")[:8] for value in values)
    numbers = np.frombuffer(digests, dtype="<u8") | _HIGHEST_BITS
    tokens: npt.NDArray[np.int64] = numbers.view(np.int64)
    return tokens
