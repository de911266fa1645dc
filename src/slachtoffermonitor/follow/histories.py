"""Histories: from registrations, later crimes and presence to days that can be counted.

The clock of every person starts on the index day (day 0). Follow-up starts at the landmark: the
index day plus the clearing days, because one case often echoes in several registrations. Events
up to and including the landmark are not counted and nobody is dropped for them; who had left by
then is not followed. Follow-up ends at death, emigration or another exit from the population
register, or at `observed_until`. What happens abroad is unknown and never guessed: a return
after an exit is not followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["CohortDefinition", "Histories", "histories"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortDefinition:
    """Who is followed, for what, on which clock: what must stand next to every figure.

    observed_until: the last day that events and presences cover.
    id_column: the column of persons with the id under which events and presence are known.
    index_column: the column of persons with the index day.
    clearing_days: days after the index day on which nothing is counted yet.
    event_role, event_kinds: the events that count; kinds None: any crime.
    event_date: the column that dates an event.
    competing: exits that end the matter; after any other exit nothing is known (censored).
    by: a column of persons to group by.
    """

    observed_until: date
    id_column: str = "person_id"
    index_column: str = "first_reported_on"
    clearing_days: int = 30
    event_role: str = "SLACHTOFFER"
    event_kinds: tuple[str, ...] | None = None
    event_date: str = "occurred_on"
    competing: tuple[str, ...] = ("OVERLEDEN", "EMIGRATIE")
    by: str | None = None

    def __post_init__(self) -> None:
        """Refuse a clearing period that ends before the index day."""
        if self.clearing_days < 0:
            raise InputError(
                Problem(
                    what="a clearing period is not negative", found=f"{self.clearing_days} days"
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histories:
    """The followed persons as days since their index day, and an account of everybody else.

    `persons`: `person` (UInt32, a running number that identifies nobody outside this object),
    `group` (String), `entry_day`, `exit_day`, `observable_day` (when the register would end for
    this person), `event_day` (first counted event or null) as Int64 days, `exit_reason` (String
    or null). `events`: `person`, `event_day` of every counted event. `account`: how many persons
    and events were taken or left out, and why.
    """

    persons: pl.DataFrame
    events: pl.DataFrame
    account: Mapping[str, int]
    definition: CohortDefinition

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"Histories({self.persons.height} persons, {self.events.height} events)"


def histories(
    persons: pl.DataFrame | pl.LazyFrame,
    events: pl.DataFrame | pl.LazyFrame,
    presence: pl.DataFrame | pl.LazyFrame,
    definition: CohortDefinition,
) -> Histories:
    """Who can be followed from when to when, and what happened to them in between?

    A person who stands nowhere in `presence` cannot be followed: nobody would see a later crime.
    Counting such a person as someone to whom nothing happened makes every share too low, so the
    person is left out and counted in `account`.

    Args:
        persons: one row per person with the id column (null: not linked), the index column (Date)
            and the column to group by. When an id occurs more than once, the earliest index day
            is kept.
        events: `records.Event` rows, of these persons and of any others.
        presence: `records.Presence` rows; stretches that touch or overlap are joined.
        definition: who is followed, for what, on which clock.

    Returns:
        Histories, with every person of `persons` either followed or accounted for.

    Raises:
        InputError: columns are missing, index days are empty, or somebody stands in the register
            again after death.

    """
    who = [definition.id_column, definition.index_column]
    require_columns(persons, [*who, definition.by] if definition.by else who, "persons")
    what = ("person_id", "event_role", "event_kind", definition.event_date)
    require_columns(events, what, "events")
    require_columns(presence, ("person_id", "entered_on", "left_on", "exit_reason"), "presence")
    cohort, account = _cohort(persons.lazy(), definition)
    stretches = _stretches(presence.lazy(), cohort)
    followed, left_out = _followed(cohort, stretches, definition)
    counted, events_account = _counted(events.lazy(), followed, definition)
    first = counted.group_by("person").agg(pl.col("event_day").min())
    return Histories(
        persons=followed.join(first, on="person", how="left")
        .select(
            "person",
            "group",
            "entry_day",
            "exit_day",
            "observable_day",
            "event_day",
            "exit_reason",
        )
        .sort("person"),
        events=counted.sort("person", "event_day"),
        account=account | left_out | events_account,
        definition=definition,
    )


def _cohort(
    persons: pl.LazyFrame, definition: CohortDefinition
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Give one row per linked person with the index day and the landmark."""
    group = pl.col(definition.by).cast(pl.String) if definition.by else pl.lit("")
    rows = persons.select(
        pl.col(definition.id_column).alias("id"),
        pl.col(definition.index_column).alias("index_on"),
        group.fill_null("").alias("group"),
    ).collect()
    undated = rows["index_on"].null_count()
    if undated or rows.schema["index_on"] != pl.Date:
        raise InputError(
            Problem(
                what="every person needs an index day",
                column=definition.index_column,
                found=f"{undated} empty" if undated else str(rows.schema["index_on"]),
                allowed="a date",
            )
        )
    linked = rows.drop_nulls("id")
    cohort = linked.sort("index_on").unique("id", keep="first", maintain_order=True)
    account = {
        "persons": rows.height,
        "not_linked": rows.height - linked.height,
        "same_person_again": linked.height - cohort.height,
    }
    landmark = pl.col("index_on") + timedelta(days=definition.clearing_days)
    return cohort.with_row_index("person").with_columns(landmark_on=landmark), account


def _stretches(presence: pl.LazyFrame, cohort: pl.DataFrame) -> pl.DataFrame:
    """Join stretches of presence that touch or overlap into one; the last exit names the reason."""
    far = pl.lit(date(9999, 12, 31))
    rows = (
        presence.rename({"person_id": "id"})
        .join(cohort.lazy().select("id"), on="id", how="semi")
        .with_columns(pl.col("left_on").fill_null(far))
        .sort("id", "entered_on", "left_on")
        .with_columns(reached=pl.col("left_on").cum_max().over("id"))
        .with_columns(earlier=pl.col("reached").shift().over("id"))
        .with_columns(
            opens=(pl.col("entered_on") > pl.col("earlier") + timedelta(days=1)).fill_null(
                pl.col("earlier").is_null()
            )
        )
        .with_columns(
            stretch=pl.col("opens").cum_sum().over("id"),
            died=(pl.col("exit_reason") == "OVERLEDEN").fill_null(value=False),
        )
        .collect()
    )
    died = rows.filter("died").group_by("id").agg(died_on=pl.col("left_on").min())
    after = rows.join(died, on="id").filter(pl.col("entered_on") > pl.col("died_on"))
    if after.height:
        raise InputError(
            Problem(
                what="persons who stand in the population register again after death",
                column="entered_on",
                found=f"{after['id'].n_unique()} persons",
                allowed="no presence after exit OVERLEDEN",
            )
        )
    return rows.group_by("id", "stretch").agg(
        pl.col("entered_on").min(),
        pl.col("exit_reason").sort_by("left_on").last(),
        pl.col("left_on").max(),
    )


def _followed(
    cohort: pl.DataFrame, stretches: pl.DataFrame, definition: CohortDefinition
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Keep who was present at the landmark; say of everybody else why not."""
    until = pl.lit(definition.observed_until)
    known = cohort.join(stretches.select("id").unique(), on="id", how="semi")
    due = known.filter(pl.col("landmark_on") < until)
    stays = due.join(stretches, on="id")
    present = stays.filter(
        pl.col("entered_on") <= pl.col("landmark_on"), pl.col("left_on") > pl.col("landmark_on")
    )
    absent = due.join(present, on="id", how="anti")
    left = absent.join(
        stays.filter(
            pl.col("left_on").is_between(pl.col("index_on"), pl.col("landmark_on")),
        ),
        on="id",
        how="semi",
    )
    ends = pl.min_horizontal(pl.col("left_on"), until)
    followed = present.with_columns(
        entry_day=pl.lit(definition.clearing_days, dtype=pl.Int64),
        exit_day=(ends - pl.col("index_on")).dt.total_days(),
        observable_day=(until - pl.col("index_on")).dt.total_days(),
        exit_reason=pl.when(pl.col("left_on") <= until).then("exit_reason"),
        exit_on=ends,
    )
    return followed, {
        "not_in_register": cohort.height - known.height,
        "too_recent": known.height - due.height,
        "left_before_landmark": left.height,
        "not_present_at_landmark": absent.height - left.height,
        "followed": followed.height,
    }


def _counted(
    events: pl.LazyFrame, followed: pl.DataFrame, definition: CohortDefinition
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Keep the events between landmark and exit; count those before and after."""
    wanted = pl.col("event_role") == definition.event_role
    if definition.event_kinds is not None:
        wanted &= pl.col("event_kind").is_in(definition.event_kinds)
    on = pl.col(definition.event_date)
    theirs = (
        events.filter(wanted, on.is_not_null())
        .join(
            followed.lazy().select("id", "person", "index_on", "landmark_on", "exit_on"),
            left_on="person_id",
            right_on="id",
        )
        .filter(on >= pl.col("index_on"))
        .select(
            "person",
            event_day=(on - pl.col("index_on")).dt.total_days(),
            cleared=on <= pl.col("landmark_on"),
            late=on > pl.col("exit_on"),
        )
        .collect()
    )
    return theirs.filter(~pl.col("cleared"), ~pl.col("late")).select("person", "event_day"), {
        "events_cleared": int(theirs["cleared"].sum()),
        "events_after_exit": int(theirs["late"].sum()),
        "events_counted": theirs.filter(~pl.col("cleared"), ~pl.col("late")).height,
    }
