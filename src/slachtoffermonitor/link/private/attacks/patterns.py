"""The pattern-mining attack: bits set together mark a letter pair, and letter pairs make a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import linear_sum_assignment

from slachtoffermonitor.link.private._filters import grams_of, unpack
from slachtoffermonitor.link.private.attacks._mining import mine_patterns, without_mirror_bits
from slachtoffermonitor.link.private.attacks.outcome import (
    BESIDE,
    AttackOutcome,
    known_rows,
    outcome,
    strata,
)
from slachtoffermonitor.link.private.parameters import TokenParameters

__all__ = ["pattern_attack"]

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]

_CANDIDATES: Final = 3  # letter pairs considered for each pattern that was found
_SMALLEST_GROUP: Final = 30
_MISREAD: Final = 0.03  # a pattern is missed, or seen where it is not
_UNSEEN: Final = 0.05
_SLACK: Final = 0.05  # of a share: reference and reports differ a little
_WORST: Final = 25.0
_ROUNDS: Final = 8
_ROWS_AT_ONCE: Final = 2_000


def pattern_attack(
    tokens: pl.DataFrame,
    reports: pl.DataFrame,
    reference: pl.DataFrame,
    *,
    field: Literal["given", "surname"] = "surname",
    beside: Sequence[str] = BESIDE,
    patterns: int = 40,
) -> AttackOutcome:
    """How many names does somebody without the key find, by which bits are set together?

    The attacker looks for groups of bits that occur together, takes each for the letter pair that
    occurs as often, in the same groups of people and beside the same other pairs, and names for
    each record the likeliest name with the letter pairs it shows. No name needs to be frequent
    for this; its letter pairs need to be.

    Args:
        tokens: what `tokenise` gave.
        reports: the rows behind them in clear text, in the same order, to count with.
        reference: rows in clear text from which the attacker knows names; see
            `frequency_attack`.
        field: what is to be found.
        beside: readable columns that tell groups apart.
        patterns: how many letter pairs to look for.

    Assumes: the attacker knows how tokens are made, and undoes what can be undone; the exact
    tokens beside the filters are not used.

    Raises:
        InputError: columns are missing.

    Source: after Christen, Vidanage, Ranbaduge and Schnell (2018), Pattern-mining based
    cryptanalysis of Bloom filters for privacy-preserving record linkage, PAKDD 2018.

    """
    parameters = TokenParameters.from_text(tokens["token_parameters"][0])
    known = known_rows(reference, field)
    known = known.with_columns(group=strata(known, beside)).drop_nulls("value")
    truth = known_rows(reports, field).with_columns(group=strata(tokens, beside))
    seen = tokens.with_row_index("row").drop_nulls(f"{field}_filter")
    filters = unpack(seen[f"{field}_filter"], parameters.stored_bits)
    if parameters.balanced:
        filters = without_mirror_bits(filters)
    inside = 0.85 - parameters.flipped
    shown = mine_patterns(filters, patterns=patterns, inside=inside)
    groups = truth["group"].gather(seen["row"])
    named = _named(shown, groups, known)
    guesses = pl.select(pl.repeat(None, tokens.height, dtype=pl.String)).to_series()
    guesses = guesses.scatter(seen["row"], named)
    return outcome("pattern", field, guesses=guesses, truth=truth, reference=known)


def _named(shown: Bits, groups: pl.Series, known: pl.DataFrame) -> pl.Series:
    """Name for each record the likeliest name, given the patterns it shows and its group."""
    names = known["value"].unique(maintain_order=True)
    borne = known["value"].replace_strict(names, range(len(names)), return_dtype=pl.Int64)
    patterns, pairs = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    has = _letter_pairs(names, borne, shown.shape[1] * _CANDIDATES)
    if shown.shape[1]:
        patterns, pairs = _meaning(shown, groups, has[borne.to_numpy()], known["group"])
    expected = np.log((1 - _MISREAD) / _MISREAD) / 2 * (2.0 * has[:, pairs] - 1).T
    best = np.zeros(len(shown), dtype=np.intp)
    for group in groups.unique().to_list():
        here = borne.filter(known["group"] == group).to_numpy()
        frequent = np.log(np.bincount(here, minlength=len(names)) + _UNSEEN)
        rows = np.flatnonzero((groups == group).to_numpy())
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            score = (2.0 * shown[np.ix_(part, patterns)] - 1) @ expected + frequent
            best[part] = score.argmax(axis=1)
    return names.gather(best)


def _letter_pairs(names: pl.Series, borne: pl.Series, count: int) -> Bits:
    """Say of each name which of the most frequent letter pairs it has."""
    bearers = pl.DataFrame({"place": borne}).group_by("place").len()
    grams = grams_of(names).with_columns(pl.col("place").cast(pl.Int64))
    frequent = (
        grams.join(bearers, on="place")
        .group_by("gram")
        .agg(pl.col("len").sum())
        .sort("len", "gram", descending=True)
        .head(count)
        .with_row_index("which")
    )
    held = grams.join(frequent, on="gram")
    has = np.zeros((len(names), frequent.height), dtype=bool)
    has[held["place"].to_numpy(), held["which"].to_numpy()] = True
    return has


def _meaning(
    shown: Bits, groups: pl.Series, has: Bits, known_groups: pl.Series
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Take each pattern for a letter pair: which pattern, and which pair.

    First by how often each occurs in each group; then, over and over, also by how often it occurs
    beside those already named.
    """
    sizes, shares, expected = _group_shares(shown, groups, has, known_groups)
    cost = _unlikeness(shares, expected, sizes)
    beside, expected_beside = _together(shown), _together(has)
    patterns, pairs = linear_sum_assignment(cost)
    for _ in range(_ROUNDS):
        neighbours = _unlikeness(
            beside[:, patterns], expected_beside[:, pairs], np.full(len(pairs), len(has) / 2)
        )
        renewed = linear_sum_assignment(cost + neighbours)[1]
        if (renewed == pairs).all():
            break
        pairs = renewed
    return patterns, pairs


def _group_shares(
    shown: Bits, groups: pl.Series, has: Bits, known_groups: pl.Series
) -> tuple[Floats, Floats, Floats]:
    """Give the sizes of the large groups, and how often each column is true in each of them."""
    sizes, shares, expected = [], [], []
    for group in groups.unique().sort().to_list():
        here, there = (groups == group).to_numpy(), (known_groups == group).to_numpy()
        smaller = min(here.sum(), there.sum())
        if smaller >= _SMALLEST_GROUP or here.all():
            sizes.append(float(max(1, smaller)))
            shares.append(shown[here].mean(axis=0))
            expected.append(has[there].mean(axis=0) if there.any() else has.mean(axis=0))
    return np.array(sizes), np.array(shares).T, np.array(expected).T


def _unlikeness(shares: Floats, expected: Floats, sizes: Floats) -> Floats:
    """Say how badly each pattern (row) fits each letter pair (column), in squared deviations."""
    chance = (expected * (1 - expected) + 0.002) / sizes
    slack = chance + (_SLACK * expected) ** 2
    squared = (shares[:, None, :] - expected[None, :, :]) ** 2 / slack[None, :, :]
    total: Floats = np.minimum(squared, _WORST).sum(axis=2)
    return total


def _together(shown: Bits) -> Floats:
    """Give how often two columns are true together."""
    counted = shown.astype(np.float64)
    share: Floats = counted.T @ counted / len(shown)
    return share
