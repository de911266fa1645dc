"""`slachtoffermonitor link`: which reports are about one person."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import (
    InputError,
    Language,
    Number,
    Problem,
    Text,
    write_bytes,
)

if TYPE_CHECKING:
    import dataframely as dy
    import polars as pl

    from slachtoffermonitor.link import Linkage

__all__ = ["command"]

_FILE = click.Path(path_type=Path)
_KINDS = (".csv", ".parquet")


@click.command("link")
@click.argument("reports", nargs=-1, required=True, type=_FILE)
@click.option(
    "--out",
    required=True,
    type=_FILE,
    help="File of persons to write, .csv or .parquet; must not exist yet.",
)
@click.option("--population", type=_FILE, help="Extract of the population register to link to.")
@click.option(
    "--threshold",
    type=click.FloatRange(0.001, 1),
    help="Accept pairs from this match probability on; default: wrong and missed joins balance.",
)
@click.option("--seed", type=int, default=2024, show_default=True, help="Whole number from 0.")
@language_option
@json_option
def command(
    reports: tuple[Path, ...],
    *,
    out: Path,
    population: Path | None,
    threshold: float | None,
    seed: int,
    language: Language,
    as_json: str | None,
) -> None:
    """Link the notifications in REPORTS to persons, and say how sure that is.

    REPORTS are CSV, Excel or Parquet files of notifications. Beside the persons in FILE, a second
    file FILE-reports says which notification is about which person, and how sure that is. Both
    hold data about persons: birth dates, and who was reported by whom. Keep them inside.
    """
    from slachtoffermonitor.link import link_reports

    list_file = out.with_name(f"{out.stem}-reports{out.suffix}")
    _require_free(out, list_file)
    deliveries, register = _read(reports, population)
    linkage = link_reports(deliveries, population=register, seed=seed, threshold=threshold)
    _write(linkage, out, list_file)
    if as_json:
        click.echo(json.dumps(_counts(linkage, out, list_file)))
        return
    for line in (
        *linkage.describe(),
        Text(
            "Pairs were accepted from a match probability of {threshold} on.",
            {"threshold": Number(linkage.threshold, "0.000")},
        ),
        Text(
            "Written to {persons} and {reports}. These hold data about persons.",
            {"persons": str(out), "reports": str(list_file)},
        ),
    ):
        click.echo(line.in_language(language))


def _require_free(*files: Path) -> None:
    problems = [
        Problem(what="exists, and nothing is overwritten", file=str(file), allowed="a new file")
        for file in files
        if file.exists()
    ]
    if files[0].suffix.lower() not in _KINDS:
        problems.append(
            Problem(
                what="is of a kind that is not written",
                file=str(files[0]),
                allowed=", ".join(_KINDS),
            )
        )
    if problems:
        raise InputError(problems)


def _read(
    reports: tuple[Path, ...], population: Path | None
) -> tuple[list[pl.DataFrame], pl.DataFrame | None]:
    """Read all files and tell the problems of all of them together."""
    from slachtoffermonitor import records

    wanted: list[tuple[Path, type[dy.Schema]]] = [(file, records.Notification) for file in reports]
    if population is not None:
        wanted.append((population, records.PopulationEntry))
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    for file, schema in wanted:
        try:
            frames.append(records.read(file, schema))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return frames[: len(reports)], frames[-1] if population is not None else None


def _write(linkage: Linkage, out: Path, list_file: Path) -> None:
    """Write both files or none."""
    contents = [
        (list_file, _as_bytes(linkage.reports, out)),
        (out, _as_bytes(linkage.persons, out)),
    ]
    written: list[Path] = []
    try:
        for file, content in contents:
            write_bytes(file, content)
            written.append(file)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise InputError(
            Problem(what=f"cannot be written ({error.strerror})", file=str(out))
        ) from error


def _as_bytes(frame: pl.DataFrame, out: Path) -> bytes:
    buffer = io.BytesIO()
    if out.suffix.lower() == ".parquet":
        frame.write_parquet(buffer)
    else:
        frame.write_csv(buffer)
    return buffer.getvalue()


def _counts(linkage: Linkage, out: Path, list_file: Path) -> dict[str, object]:
    return {
        "reports": linkage.reports.height,
        "persons": linkage.persons.height,
        "in_register": linkage.persons["register_id"].count(),
        "threshold": linkage.threshold,
        "threshold_chosen_by": linkage.threshold_chosen_by,
        "expected": asdict(linkage.quality()),
        "files": [str(out), str(list_file)],
    }
