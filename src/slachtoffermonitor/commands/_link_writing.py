"""`slachtoffermonitor link`: writing what was found, all files or none."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slachtoffermonitor.ground import InputError, Problem, write_bytes

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.link import ImputedLinkage

__all__ = ["as_bytes", "beside", "imputed_frames", "require_free", "write_all"]

_TABLES = (".csv", ".parquet")
_REVIEWS = (".csv", ".json")


def beside(out: Path, part: str) -> Path:
    """Name a file beside the file of persons: persons.csv, persons-reports.csv."""
    return out.with_name(f"{out.stem}-{part}{out.suffix}")


def require_free(out: Path, others: Iterable[Path], review: Path | None) -> None:
    """Refuse files that exist, stand twice, or are of a kind that is not written."""
    files = [out, *others, *([review] if review else [])]
    problems = [
        Problem(what="exists, and nothing is overwritten", file=str(file), allowed="a new file")
        for file in files
        if file.exists()
    ]
    problems += [
        Problem(what="is of a kind that is not written", file=str(file), allowed=", ".join(kinds))
        for file, kinds in ((out, _TABLES), (review, _REVIEWS))
        if file is not None and file.suffix.lower() not in kinds
    ]
    if len({file.absolute() for file in files}) < len(files):
        problems.append(Problem(what="two outputs have one name", allowed="a file for each"))
    if problems:
        raise InputError(problems)


def as_bytes(frame: pl.DataFrame, kind: str) -> bytes:
    """Write a frame as Parquet, JSON (a list of objects) or CSV."""
    buffer = io.BytesIO()
    if kind.lower() == ".parquet":
        frame.write_parquet(buffer)
    elif kind.lower() == ".json":
        rows = frame.to_dicts()
        buffer.write(json.dumps(rows, ensure_ascii=False, indent=1, default=str).encode("utf-8"))
    else:
        frame.write_csv(buffer)
    return buffer.getvalue()


def imputed_frames(draws: Sequence[ImputedLinkage]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put the memberships of all draws in one frame, and the dates of their persons in another.

    Both begin with `imputation`, the number of the draw.
    """
    import polars as pl

    def numbered(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
        return pl.concat(
            frame.select(pl.lit(draw.number, pl.Int64).alias("imputation"), pl.all())
            for draw, frame in zip(draws, frames, strict=True)
        )

    return (
        numbered(draw.memberships() for draw in draws),
        numbered(draw.person_dates() for draw in draws),
    )


def write_all(contents: Mapping[Path, bytes], *, changed: Mapping[Path, bytes]) -> None:
    """Write the new files and then those that are changed; take back the new ones on failure."""
    written: list[Path] = []
    file = Path()
    try:
        for file, content in contents.items():
            write_bytes(file, content)
            written.append(file)
        for file, content in changed.items():
            write_bytes(file, content)
    except OSError as error:
        for made in written:
            made.unlink(missing_ok=True)
        raise InputError(
            Problem(what=f"cannot be written ({error.strerror})", file=str(file))
        ) from error
