"""Files of tokens: Parquet, with the version, key id and parameters in its header.

Written so that no byte of a token is a letter or a digit, and that nothing is packed, indexed or
summarised: what can be read in the file is what `columns` says stays readable.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from slachtoffermonitor.ground import InputError, Problem, write_bytes
from slachtoffermonitor.link.private.columns import KINDS, MARKS, TOKENS, TokenKind, is_tokenised
from slachtoffermonitor.link.private.gathering import token_problems
from slachtoffermonitor.link.private.parameters import TOKEN_VERSION, TokenParameters

__all__ = ["is_token_file", "read_tokens", "write_tokens"]

_FORMAT: Final = b"slachtoffermonitor.tokens"
_VERSION: Final = b"slachtoffermonitor.tokens.version"
_KIND: Final = b"slachtoffermonitor.tokens.kind"
_HEADER: Final = {name: f"slachtoffermonitor.tokens.{name}".encode() for name in MARKS}
_MADE_BY: Final = "what slachtoffermonitor tokenise wrote"
# No real token is 0, and no filter is empty: their bytes all have the highest bit set.
_NO_TOKEN: Final = 0
_NO_FILTER: Final = b""
_MAGIC: Final = b"PAR1"


def write_tokens(frame: pl.DataFrame, path: Path) -> None:
    """Write one table of tokens, whole or not at all; nothing is overwritten.

    Args:
        frame: what `tokenise` gave.
        path: a new file ending in .parquet.

    Raises:
        InputError: the frame is no table of tokens of one key and one set of parameters, or the
            file exists, has another ending or cannot be written.

    """
    path = Path(path)
    kind = _kind_of(frame)
    problems = list(token_problems(frame, kind, file=""))
    problems += [
        Problem(what="is not one value for the whole table", column=name)
        for name in MARKS
        if not problems and frame[name].n_unique() != 1
    ]
    if path.suffix.lower() != ".parquet":
        problems.append(Problem(what="is of another kind", file=str(path), allowed=".parquet"))
    if path.exists():
        problems.append(
            Problem(what="exists, and nothing is overwritten", file=str(path), allowed="a new file")
        )
    if problems:
        raise InputError(problems)
    try:
        write_bytes(path, _as_bytes(frame, kind))
    except OSError as error:
        raise InputError(
            Problem(what=f"cannot be written ({error.strerror})", file=str(path))
        ) from error


def is_token_file(path: Path) -> bool:
    """Does the file say of itself that it holds tokens?

    To be asked before a file is read as clear text; whether the tokens can be used, `read_tokens`
    says.
    """
    try:
        return _header_of(Path(path)) is not None
    except (OSError, pa.ArrowException):
        return False


def read_tokens(path: Path) -> pl.DataFrame:
    """Read one file of tokens.

    Returns:
        The frame that `tokenise` gave.

    Raises:
        InputError: the file is missing or cannot be read, is in clear text, is of a version that
            is not known, or lacks columns.

    """
    path = Path(path)
    if not path.is_file():
        raise InputError(Problem(what="does not exist, or is a folder", file=str(path)))
    try:
        header = _header_of(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            Problem(what="cannot be read as a file of tokens", file=str(path), allowed=_MADE_BY)
        ) from error
    if header is None:
        raise InputError(
            Problem(
                what="is no file of tokens: it is in clear text, or something else altogether",
                file=str(path),
                allowed=_MADE_BY,
            )
        )
    kind = _checked(header, path)
    marks = {name: header[mark].decode() for name, mark in _HEADER.items()}
    frame = _with_nulls(_table(path)).with_columns(
        pl.lit(value).alias(name) for name, value in marks.items()
    )
    problems = list(token_problems(frame, kind, file=str(path)))
    if problems:
        raise InputError(problems)
    return frame.select(KINDS[kind].schema.keys())


def _header_of(path: Path) -> dict[bytes, bytes] | None:
    """Give the header of a file of tokens; None when it is another file."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return None
    header: dict[bytes, bytes] = pq.read_metadata(path).metadata or {}
    return header if _FORMAT in header else None


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.DataFrame(pq.ParquetFile(path).read())
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            Problem(what="is damaged and cannot be read", file=str(path), allowed=_MADE_BY)
        ) from error


def _kind_of(frame: pl.DataFrame) -> TokenKind:
    register = KINDS["population"].id_column
    return "population" if is_tokenised(frame) and register in frame.columns else "notifications"


def _checked(header: dict[bytes, bytes], path: Path) -> TokenKind:
    """Check what the header says; see `read_tokens`."""
    version = header.get(_VERSION, b"").decode()
    if version != str(TOKEN_VERSION):
        raise InputError(
            Problem(
                what="is a file of tokens of a version that is not known",
                file=str(path),
                found=version,
                allowed=f"version {TOKEN_VERSION}",
            )
        )
    kind = header.get(_KIND, b"").decode()
    if kind not in KINDS or not all(mark in header for mark in _HEADER.values()):
        raise InputError(Problem(what="lacks part of its header", file=str(path), allowed=_MADE_BY))
    TokenParameters.from_text(header[_HEADER["token_parameters"]].decode(), file=str(path))
    return KINDS[kind].kind


def _as_bytes(frame: pl.DataFrame, kind: TokenKind) -> bytes:
    filled = frame.select(KINDS[kind].schema.keys()).with_columns(
        pl.col(name).cast(dtype).fill_null(_NO_FILTER if dtype == pl.Binary else _NO_TOKEN)
        for name, dtype in TOKENS.items()
    )
    table = filled.drop(MARKS).to_arrow(compat_level=pl.CompatLevel.oldest())
    header = {
        _FORMAT: b"1",
        _VERSION: str(TOKEN_VERSION).encode(),
        _KIND: kind.encode(),
        **{mark: str(frame[name][0]).encode() for name, mark in _HEADER.items()},
    }
    fields = [
        pa.field(each.name, each.type, nullable=each.name not in TOKENS) for each in table.schema
    ]
    content = io.BytesIO()
    plain = table.cast(pa.schema(fields)).replace_schema_metadata(None)
    with pq.ParquetWriter(
        content,
        plain.schema,
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        store_schema=False,
    ) as writer:
        writer.write_table(plain)
        writer.add_key_value_metadata(header)
    return content.getvalue()


def _with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    there = {name: dtype for name, dtype in TOKENS.items() if name in frame.columns}
    return frame.with_columns(
        pl.when(pl.col(name) != pl.lit(_NO_FILTER if dtype == pl.Binary else _NO_TOKEN))
        .then(pl.col(name))
        .alias(name)
        for name, dtype in there.items()
        if frame.schema[name] == dtype
    )
