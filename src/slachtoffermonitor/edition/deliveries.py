"""The records of an edition: read from the files of organisations, or made by the simulation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables.tokens import (
    as_notifications,
    read_token_file,
    token_problems,
)
from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.records import CHECKED_TABLES, read
from slachtoffermonitor.simulate import simulate_nation

__all__ = ["DELIVERED_FILES", "DELIVERED_TABLES", "Deliveries", "read_deliveries"]

DELIVERED_TABLES = (
    "notifications",
    "tallies",
    "population",
    "events",
    "presence",
    "care_requests",
    "chat_contacts",
    "verdicts",
)
# Tables of tokens are read by `link`, which made them, and have no template.
DELIVERED_FILES = (*DELIVERED_TABLES, "tokens")
_KINDS = (".csv", ".xlsx", ".parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What organisations delivered, by table; files of one table are put together.

    Of reports that came as tokens, `tokens` holds these, and `population_tokens` those of the
    population register; their `notifications` are without identity.

    `inputs` holds the SHA-256 of each file, or of each simulated table. `victims_by_year` is the
    truth of a simulated nation (`year`, `victims`); nobody knows it of a real one.
    """

    tables: Mapping[str, pl.DataFrame]
    inputs: Mapping[str, str]
    simulated: bool
    victims_by_year: pl.DataFrame | None = None

    def __repr__(self) -> str:
        """Show the sizes, never the values."""
        sizes = ", ".join(f"{name}: {frame.height}" for name, frame in self.tables.items())
        return f"Deliveries({sizes})"

    @property
    def by_tokens(self) -> bool:
        """Whether reports came as tokens, and nobody's name."""
        return "tokens" in self.tables

    def get(self, name: str) -> pl.DataFrame:
        """Give the table, without rows when nobody delivered it."""
        found = self.tables.get(name)
        if found is None and name not in CHECKED_TABLES:
            return pl.DataFrame()
        return CHECKED_TABLES[name].create_empty() if found is None else found


def read_deliveries(folder: Path) -> Deliveries:
    """Read every delivered file of a folder: `TABLE.csv` or `TABLE-anything.csv` (or .xlsx, …).

    Raises:
        InputError: with the problems of all files together; no notifications; a file whose name
            says no table; the same id delivered in two files.

    """
    if not folder.is_dir():
        raise InputError(Problem(what="there is no folder of deliveries", file=str(folder)))
    problems: list[Problem] = []
    parts: dict[str, list[pl.DataFrame]] = {}
    inputs: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _KINDS or path.name.startswith((".", "~")):
            continue
        name = path.stem.split("-")[0]
        if name not in DELIVERED_FILES:
            problems.append(
                Problem(
                    what="the name of the file says no table",
                    file=str(path),
                    allowed=", ".join(f"{table}-….csv" for table in DELIVERED_FILES),
                )
            )
            continue
        try:
            table, rows = _read(path, name)
        except InputError as error:
            problems.extend(error.problems)
        else:
            parts.setdefault(table, []).append(rows)
        inputs[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    if not {"notifications", "tokens"} & set(parts) and not problems:
        problems.append(
            Problem(
                what="holds no notifications",
                file=str(folder),
                allowed="notifications-….csv, as the template in `templates/`",
            )
        )
    tables = {name: pl.concat(frames) for name, frames in parts.items()}
    problems += [*_doubled_ids(tables, folder), *token_problems(tables, folder)]
    if problems:
        raise InputError(problems)
    return Deliveries(tables=as_notifications(tables), inputs=inputs, simulated=False)


def _read(path: Path, name: str) -> tuple[str, pl.DataFrame]:
    if name in CHECKED_TABLES:
        return name, read(path, CHECKED_TABLES[name])
    return read_token_file(path)


def simulate_deliveries(settings: Settings) -> Deliveries:
    """Make the records of a synthetic nation, as large and for such years as the settings say."""
    nation = simulate_nation(
        seed=settings.edition.seed,
        persons=settings.deliveries.persons,
        years=settings.simulated_years,
    )
    parts: dict[str, list[pl.DataFrame]] = {}
    inputs: dict[str, str] = {}
    for name, frame in nation.deliveries.items():
        parts.setdefault(name.split("-")[0], []).append(frame)
        inputs[f"simulated {name}"] = hashlib.sha256(frame.write_csv().encode()).hexdigest()
    return Deliveries(
        tables={name: pl.concat(frames) for name, frames in parts.items()},
        inputs=inputs,
        simulated=True,
        victims_by_year=nation.truth["totals"]
        .group_by("year")
        .agg(pl.col("persons").sum().alias("victims"))
        .sort("year"),
    )


def _doubled_ids(tables: Mapping[str, pl.DataFrame], folder: Path) -> list[Problem]:
    problems = []
    for name, frame in tables.items():
        of_tokens = ["person_id" if name == "population_tokens" else "notification_id"]
        key = CHECKED_TABLES[name].primary_key() if name in CHECKED_TABLES else of_tokens
        doubled = frame.select(key).is_duplicated().sum()
        if doubled:
            problems.append(
                Problem(
                    what=f"{doubled} rows of '{name}' share an id across files",
                    file=str(folder),
                    column=", ".join(key),
                    allowed="each id once in all files of the table",
                )
            )
    return problems
