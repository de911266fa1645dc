"""What can be wrong in the rows, and the rule by which each fault is treated.

Nothing is dropped in silence: every faulty row of a person of the cohort is listed with its rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["FAULTS", "FaultRule", "Ledger", "refuse"]

FaultRule = Literal["exclude", "refuse"]

# fault: (table, what is wrong, what is done about it)
FAULTS: Mapping[str, tuple[str, str, str]] = {
    "index_day_missing": ("persons", "a person without an index day", "person left out"),
    "index_before_birth": ("persons", "an index day before birth", "person left out"),
    "index_in_the_future": (
        "persons",
        "an index day after the last day that the registers cover",
        "person left out",
    ),
    "presence_undated": ("presence", "a presence without a first day", "row left out"),
    "presence_ends_before_it_begins": (
        "presence",
        "a presence that ends before it begins",
        "row left out",
    ),
    "presence_in_the_future": (
        "presence",
        "a presence that begins after the last day that the registers cover",
        "row left out",
    ),
    "exit_in_the_future": (
        "presence",
        "an exit after the last day that the registers cover",
        "counted as present until that day",
    ),
    "exit_without_known_reason": (
        "presence",
        "an exit without a reason that the list knows",
        "followed until that day and not after it",
    ),
    "presence_overlaps": (
        "presence",
        "a presence that begins before an earlier one of the same person has ended",
        "joined into one",
    ),
    "presence_after_death": ("presence", "a presence after death", "person left out"),
    "event_undated": ("events", "an event without a day", "event left out"),
    "event_code_unknown": ("events", "an event of unknown role or kind", "event left out"),
    "event_repeated": ("events", "an event that was delivered before", "counted once"),
    "event_before_birth": ("events", "an event before birth", "event left out"),
    "event_after_death": ("events", "an event after death", "event left out"),
    "event_in_the_future": (
        "events",
        "an event after the last day that the registers cover",
        "event left out",
    ),
    "event_of_unknown_person": (
        "events",
        "an event of nobody who stands among the persons or in the register",
        "event left out",
    ),
    "request_undated": ("care requests", "a request without a day", "request left out"),
    "request_ends_before_it_was_made": (
        "care requests",
        "a request that ended before it was made",
        "request left out",
    ),
    "help_ends_before_it_starts": (
        "care requests",
        "help that ended before it started",
        "request left out",
    ),
    "step_without_case": ("steps", "a step of no case", "step left out"),
    "step_undated": ("steps", "a step without a day", "step left out"),
    "step_unknown": ("steps", "a step that the funnel does not have", "step left out"),
    "step_repeated": ("steps", "a step that the case has taken already", "counted once"),
    "case_without_beginning": ("steps", "a step of a case that never began", "step left out"),
    "step_before_beginning": ("steps", "a step before the case began", "step left out"),
    "step_after_end": ("steps", "a step after the case had ended", "step left out"),
    "step_out_of_order": (
        "steps",
        "a stage after a later stage had been reached",
        "step left out",
    ),
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Keeps account of every row that is treated by a rule while the rows are read."""

    account: dict[str, int] = field(default_factory=dict)
    listed: list[pl.DataFrame] = field(default_factory=list)

    def enter(self, fault: str, rows: pl.Series, *, number: int | None = None) -> None:
        """Count and list rows with one fault; `number` when more were found than are listed."""
        table, _, treatment = FAULTS[fault]
        self.account[fault] = rows.len() if number is None else number
        self.listed.append(
            pl.DataFrame({"row": rows.cast(pl.Int64)}).select(
                pl.lit(table).alias("table"),
                "row",
                pl.lit(fault).alias("fault"),
                pl.lit(treatment).alias("treatment"),
            )
        )

    def without(self, rows: pl.DataFrame, faults: Mapping[str, pl.Expr]) -> pl.DataFrame:
        """Take rows with these faults out, one fault after another, and enter them."""
        for fault, test in faults.items():
            wrong = test.fill_null(value=False)
            self.enter(fault, rows.filter(wrong)["row"])
            rows = rows.filter(~wrong)
        return rows

    def faults(self) -> pl.DataFrame:
        """Give the list of all faulty rows."""
        return pl.concat(self.listed).sort("table", "fault", "row")


def refuse(counts: Mapping[str, int], faults: pl.DataFrame) -> None:
    """Refuse rows with faults, with all kinds of faults in one error.

    Raises:
        InputError: at least one fault; names table, first row and number, never a value.

    """
    first = dict(faults.group_by("fault").agg(pl.col("row").min()).iter_rows())
    problems = [
        Problem(
            what=FAULTS[fault][1], file=FAULTS[fault][0], row=first.get(fault), found=f"{n} rows"
        )
        for fault, n in counts.items()
        if n and fault in FAULTS
    ]
    if problems:
        raise InputError(problems)
