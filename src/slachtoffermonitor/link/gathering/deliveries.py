"""What was handed over to be linked: which frames, how they are called, how they are to be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Deliveries", "Mode", "deliveries_of"]

Mode = Literal["dedupe", "link"]
Frames = pl.DataFrame | Sequence[pl.DataFrame] | Mapping[str, pl.DataFrame]
_LINKED = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Deliveries:
    """Frames to link, in one table or in two.

    Attributes:
        frames: what was handed over.
        names: of the frames; None where they have none of their own.
        mode: `dedupe`: all frames are one table; `link`: two tables.
        duplicate_free: for each table, whether it holds a person once.
        population: the extract of the population register, or None.

    """

    frames: tuple[pl.DataFrame, ...]
    names: tuple[str, ...] | None
    mode: Mode
    duplicate_free: tuple[bool, ...]
    population: pl.DataFrame | None

    @property
    def tables(self) -> tuple[str, ...]:
        """Name the tables of reports."""
        return ("report",) if self.mode == "dedupe" else (self.names or _LINKED)


def deliveries_of(
    frames: Frames,
    *,
    mode: Mode,
    duplicate_free: bool | Sequence[bool] | None,
    population: pl.DataFrame | None,
) -> Deliveries:
    """Read off what was handed over.

    Raises:
        InputError: another mode, or a number of frames that does not go with it.

    """
    names = tuple(str(name) for name in frames) if isinstance(frames, Mapping) else None
    if isinstance(frames, pl.DataFrame):
        listed: tuple[pl.DataFrame, ...] = (frames,)
    else:
        listed = tuple(frames.values() if isinstance(frames, Mapping) else frames)
    if duplicate_free is None:
        duplicate_free = mode == "link"
    tables = 2 if mode == "link" else 1
    free = (duplicate_free,) * tables if isinstance(duplicate_free, bool) else tuple(duplicate_free)
    problems = []
    if mode not in ("dedupe", "link"):
        problems.append(
            Problem(what="the mode is not known", found=str(mode), allowed="dedupe, link")
        )
    elif mode == "link" and len(listed) != 2:
        problems.append(
            Problem(what="linking takes two frames", found=str(len(listed)), allowed="2")
        )
    elif mode == "link" and population is not None:
        problems.append(
            Problem(what="a population register goes with the mode dedupe", allowed="no population")
        )
    if len(free) != tables:
        problems.append(
            Problem(
                what="says of another number of tables whether they are free of duplicates",
                found=str(len(free)),
                allowed=str(tables),
            )
        )
    if problems:
        raise InputError(problems)
    return Deliveries(
        frames=listed, names=names, mode=mode, duplicate_free=free, population=population
    )
