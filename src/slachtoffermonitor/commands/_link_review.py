"""`slachtoffermonitor link`: verdicts that came in, and pairs that go out for review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slachtoffermonitor.commands._link_reading import Columns
from slachtoffermonitor.ground import InputError, Problem

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.link import Linkage, ReviewTrail

__all__ = ["Reviewed", "pairs_for_review", "read_reviews"]

_JSON = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The audit trail with the new verdicts added, where it stands, and what it settles."""

    file: Path
    trail: ReviewTrail
    settled: pl.DataFrame
    added: int


def read_reviews(verdicts: Sequence[Path], trail_file: Path | None) -> Reviewed | None:
    """Read the trail and the new verdicts, and settle them; None where nothing was given."""
    from slachtoffermonitor.link.review import ReviewTrail, check_verdicts, settle_verdicts

    if not verdicts and trail_file is None:
        return None
    file = trail_file or verdicts[0].with_name(f"{verdicts[0].stem}-trail.jsonl")
    before = ReviewTrail.read(_text_of(file) if file.exists() else "", file=str(file))
    if not verdicts and not file.exists():
        raise InputError(Problem(what="does not exist", file=str(file), allowed="an audit trail"))
    after = before
    problems: list[Problem] = []
    for path in verdicts:
        try:
            after = after.extended(check_verdicts(_open(path), file=str(path)))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return Reviewed(
        file=file,
        trail=after,
        settled=settle_verdicts(after.verdicts),
        added=after.verdicts.height - before.verdicts.height,
    )


def pairs_for_review(
    linkage: Linkage,
    reviewed: Reviewed | None,
    deliveries: Sequence[pl.DataFrame] | None,
    population: pl.DataFrame | None,
    *,
    names: Columns | None,
) -> pl.DataFrame:
    """List the grey zone; with `deliveries` the names and birth dates stand beside the pairs."""
    from slachtoffermonitor.link import review_pairs

    identities: dict[str, pl.DataFrame] = {}
    if deliveries is not None:
        shown = [_under_our_names(frame, names, "notification_id") for frame in deliveries]
        identities = dict(_by_table(linkage, shown))
        if population is not None:
            identities["register"] = _under_our_names(population, names, "person_id")
    settled = None if reviewed is None else reviewed.settled
    return review_pairs(linkage, settled=settled, identities=identities)


def _under_our_names(frame: pl.DataFrame, names: Columns | None, key: str) -> pl.DataFrame:
    """Give the id first, and then the columns of the frame, under our names."""
    import polars as pl

    for ours, theirs in (names or {}).items():
        sources = [theirs] if isinstance(theirs, str) else theirs
        if set(sources) <= set(frame.columns):
            joined = pl.concat_str(
                [pl.col(name).cast(pl.String) for name in sources],
                separator=" ",
                ignore_nulls=len(sources) > 1,
            )
            frame = frame.with_columns(joined.alias(ours))
    return frame.select(key, pl.exclude(key))


def _by_table(
    linkage: Linkage, deliveries: Sequence[pl.DataFrame]
) -> list[tuple[str, pl.DataFrame]]:
    """Name the tables of reports as the linkage does."""
    import polars as pl

    names = [name for name in _tables(linkage) if name != "register"]
    if len(names) > 1:
        return list(zip(names, deliveries, strict=True))
    return [(names[0], pl.concat(deliveries, how="diagonal_relaxed"))]


def _tables(linkage: Linkage) -> list[str]:
    return linkage.evidence.records["table"].unique(maintain_order=True).to_list()


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(what="cannot be read as an audit trail", file=str(file))
        ) from error


def _open(file: Path) -> pl.DataFrame:
    """Open a review that was filled in; JSON is a list of objects."""
    import polars as pl

    from slachtoffermonitor import records

    if file.suffix.lower() != _JSON:
        return records.open_as_text(file)
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(Problem(what="cannot be read as JSON", file=str(file))) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(Problem(what="is not a list of pairs", file=str(file)))
    text = [
        {name: None if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    return pl.DataFrame(text, infer_schema_length=None)
