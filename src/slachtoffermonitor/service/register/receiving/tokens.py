"""Tokens that an organisation made of names with `slachtoffermonitor tokenise`."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["TokenReport", "frame_of", "read_one_row", "read_token_file"]

_MARK = b"PAR1"
_LARGEST = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TokenReport:
    """One row of a file of tokens: what stays readable, and the row itself for linking."""

    reference: str
    reported_on: date
    main_form: str
    forms: str
    route: str
    row: bytes
    key_id: str

    def __repr__(self) -> str:
        return f"TokenReport(key {self.key_id})"


def read_token_file(content: bytes) -> list[TokenReport]:
    """Which reports does a file of tokens hold?

    The file is Parquet as `slachtoffermonitor tokenise` writes it, and is read by the same code:
    what it refuses is refused here.

    Raises:
        InputError: The file is too large, no file of tokens, or of another version.

    """
    if len(content) > _LARGEST or not content.startswith(_MARK):
        raise InputError(
            Problem(what="is no file of tokens", column="tokens", allowed="up to 12 MB of Parquet")
        )
    from slachtoffermonitor.link.private import read_tokens  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="tokens-") as folder:
        path = Path(folder, "tokens.parquet")
        path.write_bytes(content)
        try:
            frame = read_tokens(path)
        except InputError as error:
            raise InputError(
                [Problem(what=found.what, column="tokens") for found in error.problems]
            ) from None
    return [_report(frame.slice(number, 1)) for number in range(frame.height)]


def read_one_row(file: bytes | BinaryIO) -> tuple[bytes, str]:
    """Give the one row of a file of tokens, as it is kept, and the id of its key.

    Of an open file no more is read than may be taken.

    Raises:
        InputError: As `read_token_file`, or there is not exactly one row.

    """
    found = read_token_file(file if isinstance(file, bytes) else file.read(_LARGEST + 1))
    if len(found) != 1:
        raise InputError(
            Problem(what="holds not exactly one row", column="tokens", allowed="one row")
        )
    return found[0].row, found[0].key_id


def frame_of(row: bytes) -> pl.DataFrame:
    """Give a kept row of tokens as a frame of one row, for linking."""
    return pl.read_ipc_stream(io.BytesIO(row))


def _report(frame: pl.DataFrame) -> TokenReport:
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer)
    row = frame.row(0, named=True)
    return TokenReport(
        reference=str(row["notification_id"]),
        reported_on=row["reported_on"],
        main_form=str(row["main_form"]),
        forms=str(row["forms"]),
        route=str(row["route"]),
        row=buffer.getvalue(),
        key_id=str(row["key_id"]),
    )
