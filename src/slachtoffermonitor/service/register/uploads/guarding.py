"""What keeps a hostile file out, before any reader of tables sees it.

A workbook is a zip of XML. Whoever made it can say that it is small and let it grow, can hide a
declaration of entities, or put one cell in the last row of the sheet so that a reader makes room
for sixteen thousand million others. All of that is measured on the raw bytes first.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["LARGEST", "LONGEST_CELL", "MOST_COLUMNS", "MOST_ROWS", "guard"]

LARGEST: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 2_000
_MOST_PARTS: Final = 200
_UNPACKED: Final = 60 * 1024 * 1024
_RATIO: Final = 200
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,4})(\d{1,8})"')
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d{1,9})"')
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
_FOREIGN = ("vbaproject", "externallink", "embeddings", "activex", "oleobject", "macrosheets")


def guard(content: bytes, kind: str) -> None:
    """Refuse a file that is too large, no table of its kind, or made to do harm.

    Args:
        content: The whole file.
        kind: `csv`, `xlsx` or `parquet`.

    Raises:
        InputError: Why the file is refused; nothing of its contents is quoted.

    """
    if not content:
        raise _refused("is empty", "a header row and data rows")
    if len(content) > LARGEST:
        raise _refused("is too large", "up to 10 MB")
    guards = {"csv": _guard_text, "xlsx": _guard_workbook, "parquet": _guard_parquet}
    if kind not in guards:
        raise _refused("is of a kind that is not taken", "CSV, Excel (.xlsx), tokens (.parquet)")
    guards[kind](content)


def _refused(what: str, allowed: str = "") -> InputError:
    return InputError(Problem(what=f"the file {what}", column="file", allowed=allowed))


def _guard_text(content: bytes) -> None:
    if content.startswith((b"PK", b"PAR1", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")):
        raise _refused("is not the text that its name says", "CSV in UTF-8")
    if content.count(b"\n") > MOST_ROWS + 1 and content.count(b'"') == 0:
        raise _refused("has too many rows", f"up to {MOST_ROWS}")
    header = content.split(b"\n", 1)[0]
    if header.count(b",") >= MOST_COLUMNS:
        raise _refused("has too many columns", f"up to {MOST_COLUMNS}")


def _guard_parquet(content: bytes) -> None:
    if not (content.startswith(b"PAR1") and content.endswith(b"PAR1")):
        raise _refused("is not what its name says", "a file that tokenise wrote")


def _guard_workbook(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard_parts(archive.infolist())
            total = 0
            for part in archive.infolist():
                text = _unpacked(archive, part, _UNPACKED - total)
                total += len(text)
                _guard_part(part.filename.lower(), text)
    except InputError:
        raise
    except Exception as error:  # a broken archive breaks its reader in many ways
        raise _refused("is no workbook that can be opened", "Excel (.xlsx)") from error


def _guard_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > _MOST_PARTS or len(set(names)) != len(names):
        raise _refused("is no ordinary workbook", "Excel (.xlsx)")
    if any(name.startswith("/") or ".." in name or "\\" in name for name in names):
        raise _refused("is no ordinary workbook", "Excel (.xlsx)")
    if any(word in name.lower() for name in names for word in _FOREIGN):
        raise _refused("holds macros, links or other files", "a workbook with one table")
    if any(part.flag_bits & 1 for part in parts):
        raise _refused("is locked with a password", "a workbook without a password")
    if "[Content_Types].xml" not in names:
        raise _refused("is no workbook", "Excel (.xlsx)")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    """Unpack a part, and stop when it grows too large, whatever it says of itself."""
    with archive.open(part) as file:
        text = file.read(room + 1)
    if len(text) > room or len(text) > max(part.compress_size, 1_000) * _RATIO:
        raise _refused("grows too much when it is opened", "an ordinary workbook")
    return text


def _guard_part(name: str, text: bytes) -> None:
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    if b"\x00" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _refused("is written in an unusual way", "a workbook as Excel writes it")
    if any(sign in text for sign in _FORBIDDEN):
        raise _refused("declares entities, which a table does not need", "an ordinary workbook")
    if "sharedstrings" in name and _longest(text.split(b"</si>")) > 4 * LONGEST_CELL:
        raise _refused("has a cell that is too long", f"up to {LONGEST_CELL} signs")
    if "worksheets/" in name:
        _guard_sheet(text)


def _guard_sheet(text: bytes) -> None:
    rows = max((int(row) for row in _rows(text)), default=0)
    if rows > MOST_ROWS + 1:
        raise _refused("has too many rows", f"up to {MOST_ROWS}")
    widest = max((_column(found.group(1)) for found in _CELL.finditer(text)), default=0)
    if widest > MOST_COLUMNS:
        raise _refused("has too many columns", f"up to {MOST_COLUMNS}")
    if _longest(text.split(b"</c>")) > 4 * LONGEST_CELL:
        raise _refused("has a cell that is too long", f"up to {LONGEST_CELL} signs")


def _rows(text: bytes) -> Iterator[bytes]:
    yield from (found.group(1) for found in _ROW.finditer(text))
    yield from (found.group(2) for found in _CELL.finditer(text))
    yield str(text.count(b"<row")).encode()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _longest(parts: list[bytes]) -> int:
    return max((len(part) for part in parts), default=0)
