"""`slachtoffermonitor follow`: what happened later to the persons of a cohort."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slachtoffermonitor.commands._follow_printing import (
    answer_lines,
    as_json_object,
    print_lines,
    waiting_json,
    waiting_lines,
)
from slachtoffermonitor.commands._options import json_option, language_option

if TYPE_CHECKING:
    import dataframely as dy

    from slachtoffermonitor.follow.cohort.faults import FaultRule
from slachtoffermonitor.ground import Language

__all__ = ["command"]

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
_GROUPS = (
    "sex",
    "age_band",
    "citizenship",
    "citizenship_group",
    "municipality",
    "main_form",
    "route",
)


@click.command("follow")
@click.argument("persons", type=_FILE)
@click.argument("events", type=_FILE)
@click.argument("presence", type=_FILE)
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day that EVENTS and PRESENCE cover.",
)
@click.option(
    "--id-column",
    default="person_id",
    show_default=True,
    help="Column of PERSONS with the id that EVENTS and PRESENCE use; empty: not linked.",
)
@click.option(
    "--clearing",
    default=30,
    show_default=True,
    type=click.IntRange(min=0),
    help="Days after the index day on which nothing is counted.",
)
@click.option(
    "--recording",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Days by which follow-up ends before --until, because events are recorded late.",
)
@click.option(
    "--faults",
    type=click.Choice(["exclude", "refuse"]),
    default="exclude",
    show_default=True,
    help="Leave impossible rows out by rule and count them, or refuse the files.",
)
@click.option(
    "--care",
    type=_FILE,
    help="Requests for help: how often people are victim again while they wait.",
)
@click.option(
    "--weeks",
    default=6.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="With --care: what if nobody had waited longer than so many weeks.",
)
@click.option(
    "--role",
    default="SLACHTOFFER",
    show_default=True,
    help="Role in which a later event counts (code list event_roles).",
)
@click.option(
    "--kind", "kinds", multiple=True, help="Kind of event that counts; repeatable. Default: any."
)
@click.option("--by", help=f"Column of PERSONS to group by: {', '.join(_GROUPS)}.")
@click.option(
    "--years",
    multiple=True,
    type=click.FloatRange(min=0, min_open=True),
    default=(1, 3, 5, 7),
    show_default=True,
    help="Horizon in years; repeatable.",
)
@language_option
@json_option
def command(  # noqa: PLR0913 (click hands over every option by name)
    persons: Path,
    events: Path,
    presence: Path,
    *,
    until: datetime,
    id_column: str,
    clearing: int,
    recording: int,
    faults: FaultRule,
    care: Path | None,
    weeks: float,
    role: str,
    kinds: tuple[str, ...],
    by: str | None,
    years: tuple[float, ...],
    language: Language,
    as_json: str | None,
) -> None:
    """Say which share of PERSONS was registered again, and which share are also suspects.

    PERSONS, EVENTS and PRESENCE are CSV, Excel or Parquet files with the columns of the tables
    persons, events and presence. Three methods answer three questions; compare like with like.
    The figures are exact and not protected: do not publish them as they are.
    """
    from slachtoffermonitor import follow, records

    _require_known(role, kinds, by)
    frames = (
        records.read(persons, _person_schema(id_column)),
        records.read(events, records.Event),
        records.read(presence, records.Presence),
    )
    with _naming({"persons": persons, "events": events, "presence": presence}):
        found = follow.follow_up(
            *frames,
            observed_until=until.date(),
            id_column=id_column,
            event=[role, *kinds],
            clearing_days=clearing,
            recording_days=recording,
            faults=faults,
            horizons_years=years,
            by=by,
        )
    clearing_table = follow.clearing_sensitivity(
        found.followed, event=found.event, horizons_years=years
    )
    overlap = follow.overlap(found.followed)
    counts = follow.mean_cumulative_count(found.followed, event=found.event, by=by)
    helped = None
    if care is not None:
        asked = records.read(care, records.CareRequest)
        with _naming({"care requests": care}):
            helped = (
                follow.harm_while_waiting(found.followed, asked, event=found.event),
                follow.had_the_wait_been(
                    found.followed, asked, at_most_weeks=weeks, event=found.event
                ),
            )
    if as_json:
        whole = as_json_object(found, clearing_table, overlap, language)
        whole["mean_cumulative_count"] = counts.table(years).to_dicts()
        whole["waiting"] = None if helped is None else waiting_json(*helped, language)
        click.echo(json.dumps(whole))
        return
    print_lines(answer_lines(found, clearing_table, overlap, counts, years), language)
    if helped is not None:
        print_lines(waiting_lines(*helped), language)


@contextmanager
def _naming(files: Mapping[str, Path]) -> Iterator[None]:
    """Name the file in a problem that names the table that was read from it."""
    from slachtoffermonitor.ground import InputError

    try:
        yield
    except InputError as error:
        raise InputError(
            replace(one, file=str(files.get(one.file, one.file))) for one in error.problems
        ) from error


def _require_known(role: str, kinds: tuple[str, ...], by: str | None) -> None:
    """Refuse codes that do not exist, and groups that would show who somebody is."""
    from slachtoffermonitor.ground import InputError, Problem
    from slachtoffermonitor.vocabulary import code_list

    problems = [
        Problem(
            what=f"is not a code of the list '{name}'",
            found=code,
            allowed=", ".join(code_list(name)),
        )
        for name, codes in (("event_roles", (role,)), ("event_kinds", kinds))
        for code in codes
        if code not in code_list(name)
    ]
    if by is not None and by not in _GROUPS:
        problems.append(
            Problem(what="persons are not grouped by this", found=by, allowed=", ".join(_GROUPS))
        )
    if problems:
        raise InputError(problems)


def _person_schema(id_column: str) -> type[dy.Schema]:
    """Give the schema of persons, with the column of another id when that is asked for."""
    import dataframely as dy

    from slachtoffermonitor.records import Person

    if id_column in Person.columns():
        return Person
    linked: type[dy.Schema] = type("LinkedPerson", (Person,), {id_column: dy.String(nullable=True)})
    return linked
