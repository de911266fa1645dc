"""Opening a delivered file as text: every cell arrives as the sender wrote it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["KINDS", "open_as_text"]

KINDS = (".csv", ".xlsx", ".parquet")
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\xef\xbb\xbf": "UTF-8"}


def open_as_text(path: Path) -> pl.DataFrame:
    """Read a CSV, Excel or Parquet file with every column as text; empty cells are null.

    Raises:
        InputError: the file is missing, empty, of another kind, in another encoding than UTF-8,
            separated by something else than commas, or not readable at all.

    """
    if not path.exists():
        raise _refused(path, "does not exist")
    if path.is_dir():
        raise _refused(path, "is a folder, not a file")
    if path.stat().st_size == 0:
        raise _refused(path, "is empty", allowed="a header row and data rows")
    readers = {".csv": _open_csv, ".xlsx": _open_excel, ".parquet": _open_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise _refused(path, "is of a kind that cannot be read", allowed=", ".join(KINDS))
    frame = reader(path)
    if not frame.columns:
        raise _refused(path, "holds no table", allowed="a header row and data rows")
    named = frame.rename(lambda name: name.strip())
    return named.with_columns(pl.all().str.strip_chars().replace("", None))


def _refused(path: Path, what: str, *, found: str = "", allowed: str = "") -> InputError:
    return InputError(Problem(what=what, file=str(path), found=found, allowed=allowed))


def _open_csv(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise _refused(
                path,
                f"starts with a byte order mark ({encoding})",
                allowed="UTF-8 without a mark; or deliver the Excel file itself",
            )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(
            path,
            f"is not in UTF-8: line {line} has a byte that UTF-8 does not know",
            found="most likely Latin-1 or Windows-1252",
            allowed="UTF-8; or deliver the Excel file itself",
        ) from error
    if "\x00" in text:
        raise _refused(path, "is not a text file", allowed="CSV in UTF-8")
    header = text.splitlines()[0] if text.strip() else ""
    if not header:
        raise _refused(path, "is empty", allowed="a header row and data rows")
    if "," not in header:
        for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if separator in header:
                raise _refused(path, f"is separated by {name}", allowed="commas")
    try:
        return pl.read_csv(content, infer_schema=False, truncate_ragged_lines=False)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise _refused(
            path,
            "cannot be read as CSV: a row has more cells than the header, or a quotation mark "
            "is not closed",
            allowed="as many cells in each row as in the header",
        ) from error


def _open_excel(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_excel(path, infer_schema_length=0, raise_if_empty=False)
    except Exception as error:  # the reader's engine raises kinds of its own
        raise _refused(
            path, "cannot be read as an Excel workbook", allowed="a workbook (.xlsx) with one table"
        ) from error
    return _as_text(frame)


def _open_parquet(path: Path) -> pl.DataFrame:
    try:
        return _as_text(pl.read_parquet(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _refused(path, "cannot be read as a Parquet file") from error


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Write every cell as text; lists joined by semicolons, midnight times as plain dates."""
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    joined = frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(";") for name in lists
    )
    midnight = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(\.0+)?$"
    return joined.cast(pl.String, strict=False).with_columns(pl.all().str.replace(midnight, "$1"))
