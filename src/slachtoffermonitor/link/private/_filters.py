"""Bloom filters of names: keyed letters and letter pairs, hardened, packed without a readable byte.

A filter is a row of Booleans while it is made. Stored, each byte carries seven bits and its
highest bit is set: no byte is then a letter or a digit, and no name of Latin letters can stand in
a file of tokens, not even by chance.
"""

from __future__ import annotations

import hmac
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from slachtoffermonitor.link.private.parameters import TokenParameters

__all__ = [
    "gram_bits",
    "grams_of",
    "make_filters",
    "pack",
    "pack_for_database",
    "packed_length",
    "unpack",
]

Bits = npt.NDArray[np.bool_]

_UNDRAWN: Final = "\x1f"  # between salt and letters; no prepared name holds it
_PER_DIGEST: Final = 8  # positions of 32 bits each
_NAMES_AT_ONCE: Final = 20_000


def make_filters(names: pl.DataFrame, key: bytes, parameters: TokenParameters) -> pl.Series:
    """Make the stored filter of each name.

    Which bits are flipped hangs on the key and the name: one name always gets the same noise.
    With fresh noise in every record, somebody could lay the records of one name together and
    average the noise away; what is remembered cannot be averaged.

    Args:
        names: one row per record: `name` (prepared, words split by single spaces) and `salt`.
        key: of this field.
        parameters: see `TokenParameters`.

    Returns:
        The packed filters (Binary), null where there is no name or no salt.

    Source: Schnell, Bachteler and Reiher (2009), Privacy-preserving record linkage using Bloom
    filters, BMC Medical Informatics and Decision Making 9:41; with independent positions instead
    of double hashing, which Niedermeyer, Steinmetzer, Kroll and Schnell (2014) broke. Remembered
    noise: Erlingsson, Pihur and Korolova (2014), RAPPOR, section 3.

    """
    distinct = names.drop_nulls().unique(maintain_order=True)
    order = _keyed_order(key, parameters)
    stored: list[bytes] = []
    for part in distinct.iter_slices(_NAMES_AT_ONCE):
        bits = _plain_filters(part, key, parameters)
        if parameters.balanced:
            bits = np.hstack([bits, ~bits])[:, order]
        if parameters.epsilon is not None:
            bits = bits ^ _flips(part, key, parameters)
        stored.extend(pack(bits))
    made = distinct.with_columns(filter=pl.Series(stored, dtype=pl.Binary))
    return names.join(made, on=["name", "salt"], how="left", maintain_order="left")["filter"]


def grams_of(names: pl.Series) -> pl.DataFrame:
    """Give the distinct marks of each name: `place` (row of the name), `gram`.

    The marks are the padded pairs of letters of each word, so that a name that holds another holds
    its marks, and each word's first letter by itself: it counts twice, as few writers miss it.

    Source: Schnell, Bachteler and Reiher (2009), as in `make_filters`; the weight of the first
    letter after Winkler (1990), String comparator metrics, section 3.
    """
    words = pl.DataFrame({"word": names}).with_row_index("place")
    parted = words.with_columns(pl.col("word").str.split(" ")).explode("word")
    onsets = parted.select("place", gram=pl.format("^{}", pl.col("word").str.slice(0, 1)))
    pairs = (
        parted.with_columns(pl.format("_{}_", "word").alias("word"))
        .with_columns(at=pl.int_ranges(0, pl.col("word").str.len_chars() - 1))
        .explode("at")
        .select("place", gram=pl.col("word").str.slice(pl.col("at"), 2))
    )
    return pl.concat([pairs, onsets]).unique(maintain_order=True)


def gram_bits(
    gram: str, salt: str, key: bytes, parameters: TokenParameters
) -> npt.NDArray[np.intp]:
    """Give the bits that one pair of letters sets."""
    digests = b"".join(
        hmac.digest(key, f"{count}{_UNDRAWN}{salt}{_UNDRAWN}{gram}".encode(), "sha256")
        for count in range(-(-parameters.hash_functions // _PER_DIGEST))
    )
    numbers = np.frombuffer(digests, dtype=">u4")[: parameters.hash_functions]
    positions: npt.NDArray[np.intp] = (numbers % parameters.bits).astype(np.intp)
    return positions


def _plain_filters(names: pl.DataFrame, key: bytes, parameters: TokenParameters) -> Bits:
    salts = names.select("salt").with_row_index("place")
    grams = grams_of(names["name"]).join(salts, on="place")
    distinct = grams.select("gram", "salt").unique(maintain_order=True).with_row_index("which")
    positions = np.array(
        [gram_bits(gram, salt, key, parameters) for _, gram, salt in distinct.iter_rows()],
        dtype=np.intp,
    ).reshape(distinct.height, parameters.hash_functions)
    which = grams.join(distinct, on=["gram", "salt"], how="left", maintain_order="left")["which"]
    bits = np.zeros((names.height, parameters.bits), dtype=bool)
    bits[grams["place"].to_numpy()[:, None], positions[which.to_numpy()]] = True
    return bits


def _keyed_order(key: bytes, parameters: TokenParameters) -> npt.NDArray[np.intp]:
    """Shuffle the bits of a balanced filter, alike wherever the key is the same."""
    marks = [
        hmac.digest(key, f"order{_UNDRAWN}{place}".encode(), "sha256")
        for place in range(2 * parameters.bits)
    ]
    return np.array(sorted(range(len(marks)), key=marks.__getitem__), dtype=np.intp)


def _flips(names: pl.DataFrame, key: bytes, parameters: TokenParameters) -> Bits:
    """Draw which bits are flipped, from a keystream of AES that hangs on key, salt and name."""
    cipher_key = hmac.digest(key, f"noise{_UNDRAWN}".encode(), "sha256")
    empty = bytes(2 * parameters.stored_bits)
    starts = (
        hmac.digest(cipher_key, f"{salt}{_UNDRAWN}{name}".encode(), "sha256")[:16]
        for name, salt in names.select("name", "salt").iter_rows()
    )
    stream = b"".join(
        Cipher(AES(cipher_key), CTR(start)).encryptor().update(empty) for start in starts
    )
    drawn = np.frombuffer(stream, dtype="<u2").reshape(names.height, parameters.stored_bits)
    flips: Bits = drawn < round(parameters.flipped * 2**16)
    return flips


def packed_length(bits: int) -> int:
    """Give the number of bytes of a stored filter."""
    return -(-bits // 7)


def pack(bits: Bits) -> list[bytes]:
    """Pack rows of bits, seven to a byte, the highest bit of every byte set."""
    rows, count = bits.shape
    length = packed_length(count)
    padded = np.zeros((rows, length, 8), dtype=bool)
    padded[:, :, 0] = True
    sevens = np.zeros((rows, length * 7), dtype=bool)
    sevens[:, :count] = bits
    padded[:, :, 1:] = sevens.reshape(rows, length, 7)
    packed = np.packbits(padded.reshape(rows, length * 8), axis=1)
    return [row.tobytes() for row in packed]


def unpack(filters: pl.Series, bits: int) -> Bits:
    """Give the bits of stored filters, none of them null."""
    length = packed_length(bits)
    packed = np.frombuffer(b"".join(filters), dtype=np.uint8).reshape(len(filters), length)
    loose = np.unpackbits(packed, axis=1).reshape(len(filters), length, 8)[:, :, 1:]
    found: Bits = loose.reshape(len(filters), length * 7)[:, :bits].astype(bool)
    return found


def pack_for_database(filters: pl.Series, bits: int) -> pl.Series:
    """Give stored filters with eight bits to a byte, to be cast to a string of bits."""
    known = filters.drop_nulls()
    packed = np.packbits(unpack(known, bits), axis=1)
    rows = pl.Series([row.tobytes() for row in packed], dtype=pl.Binary)
    place = filters.is_not_null().cum_sum().cast(pl.Int64) - 1
    return rows.gather(place.set(filters.is_null(), None)).alias(filters.name)
