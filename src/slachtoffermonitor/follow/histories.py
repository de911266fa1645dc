"""Histories: from registrations, later crimes and presence to days that can be counted.

The clock of every person starts on the index day (day 0). Follow-up starts at the landmark: the
index day plus the clearing days, because one case often echoes in several registrations. Events
up to and including the landmark are not counted and nobody is dropped for them; who had left by
then is not followed. Follow-up ends at death, emigration or another exit from the population
register, or at the end of observation. What happens abroad is unknown and never guessed: a
return after an exit is not followed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from slachtoffermonitor.follow.cohort.definition import CohortDefinition
from slachtoffermonitor.follow.cohort.events import place_events, possible_events
from slachtoffermonitor.follow.cohort.extract import CohortRows, Register, extract
from slachtoffermonitor.follow.cohort.faults import FaultRule, Ledger, refuse
from slachtoffermonitor.follow.cohort.persons import check_persons, read_persons
from slachtoffermonitor.follow.cohort.presence import follow_present, read_stays
from slachtoffermonitor.vocabulary import age_band_expr, citizenship_group_expr

__all__ = ["Histories", "histories"]

_CLOCK = ("person", "index_on", "entry_day", "exit_day", "observable_day", "present_from_day")
_NOT_GROUPS = ("id", "row", "born_on", "born_from", "entered_on", "left_on", "landmark_on")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histories:
    """The followed persons as days since their index day, and an account of everybody else.

    `persons`: `person` (UInt32, a running number that identifies nobody outside this object),
    `index_on` (Date), `entry_day`, `exit_day`, `observable_day` (when the register would end for
    this person), `present_from_day` (Int64 days since the index day), `exit_reason` (String or
    null), `age` (Int64 years at the index day, null where no birth is known), `age_band`, and the
    columns that persons can be grouped by. `events`: `person`, `event_day`, `event_role`,
    `event_kind`, `place` (BEFORE_INDEX, CLEARED, COUNTED or AFTER_EXIT), all that are possible.
    `account`: how many persons and events were taken or left out, and why. `faults`: `table`,
    `row` (from 1), `fault`, `treatment` of every faulty row; of events of nobody in the registers
    the first thousand, and their number in `account`.
    """

    persons: pl.DataFrame
    events: pl.DataFrame
    account: Mapping[str, int]
    faults: pl.DataFrame
    definition: CohortDefinition
    ids: pl.DataFrame = field(repr=False)
    rows: CohortRows = field(repr=False)

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"Histories({self.persons.height} persons, {self.events.height} events)"

    def with_clearing(self, days: int) -> Histories:
        """Follow the same persons with another clearing period; the registers are not read again.

        Raises:
            InputError: a negative period.

        """
        return _make(self.rows, replace(self.definition, clearing_days=days))


def histories(
    persons: pl.DataFrame | pl.LazyFrame,
    events: Register,
    presence: Register,
    *,
    observed_until: date,
    id_column: str = "person_id",
    index_column: str = "first_reported_on",
    clearing_days: int = 30,
    recording_days: int = 0,
    event_date: str = "occurred_on",
    competing: tuple[str, ...] = ("OVERLEDEN", "EMIGRATIE"),
    keep: Sequence[str] = (),
    faults: FaultRule = "exclude",
) -> Histories:
    """Who can be followed from when to when, and what happened to them in between?

    A person who stands nowhere in `presence` cannot be followed: nobody would see a later crime.
    Counting such a person as someone to whom nothing happened makes every share too low, so the
    person is left out and counted in `account`.

    Args:
        persons: one row per person with the id column (null: not linked) and the index column
            (Date). When an id occurs more than once, the earliest index day is kept.
        events: `records.Event` rows, of these persons and of any others; or a path to Parquet.
        presence: `records.Presence` rows, or a path; stretches that touch or overlap are joined.
        observed_until: the last day that events and presences cover.
        id_column: the column of persons with the id that events and presence use.
        index_column: the column of persons with the index day.
        clearing_days: days after the index day on which nothing is counted yet.
        recording_days: days by which follow-up ends before `observed_until`, because events are
            recorded late.
        event_date: the column that dates an event.
        competing: exits that end the matter; after any other exit nothing is known (censored).
        keep: more columns of persons to group by, beside the usual ones.
        faults: `exclude` treats faulty rows by the rules of `docs/follow.md` and lists them;
            `refuse` raises when there are any.

    Returns:
        Histories, with every person and every faulty row accounted for.

    Raises:
        InputError: columns are missing; with `refuse` also every kind of fault found.

    Assumes:
        Events and presence are complete for these persons until `observed_until`.

    """
    definition = CohortDefinition(
        observed_until=observed_until,
        id_column=id_column,
        index_column=index_column,
        clearing_days=clearing_days,
        recording_days=recording_days,
        event_date=event_date,
        competing=competing,
    )
    cohort = read_persons(persons, definition, keep)
    registers = extract(cohort["id"], events, presence, event_date=event_date)
    found = _make(CohortRows(persons=cohort, registers=registers), definition)
    if faults == "refuse":
        refuse(found.account, found.faults)
    return found


def _make(rows: CohortRows, definition: CohortDefinition) -> Histories:
    """Apply the rules to the rows of a cohort."""
    until, ledger = definition.observed_until, Ledger()
    cohort = check_persons(rows.persons, until, ledger)
    stays = read_stays(rows.registers.presence, until, ledger)
    present = follow_present(cohort, stays, definition, ledger)
    followed = _aged(present.sort("row").with_row_index("person"))
    possible = possible_events(rows.registers, cohort, stays.died, until, ledger)
    groups = [name for name in followed.columns if name not in (*_CLOCK, *_NOT_GROUPS)]
    return Histories(
        persons=followed.select(*_CLOCK, *groups),
        events=place_events(possible, followed),
        account=ledger.account,
        faults=ledger.faults(),
        definition=definition,
        ids=followed.select("person", "id"),
        rows=rows,
    )


def _aged(followed: pl.DataFrame) -> pl.DataFrame:
    """Add the age in whole years on the index day, and its band."""
    index, born = pl.col("index_on").dt, pl.col("born_on").dt
    in_year, birthday = (one.month().cast(pl.Int32) * 100 + one.day() for one in (index, born))
    age = index.year() - born.year() - (in_year < birthday).cast(pl.Int32)
    aged = followed.with_columns(age=age.clip(0).cast(pl.Int64)).with_columns(
        age_band_expr("age", "age_bands").alias("age_band")
    )
    if "citizenship" not in aged.columns or "citizenship_group" in aged.columns:
        return aged
    group = citizenship_group_expr("citizenship", "index_on")
    return aged.with_columns(group.alias("citizenship_group"))
