"""`slachtoffermonitor follow`: what happened later to the persons of a cohort."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._options import json_option, language_option

if TYPE_CHECKING:
    import dataframely as dy
    import polars as pl

    from slachtoffermonitor.commands._options import json_option, language_option
    from slachtoffermonitor.follow import FollowUp, Overlap
from slachtoffermonitor.ground import Language

__all__ = ["command"]

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
_GROUPS = ("sex", "citizenship", "municipality", "main_form", "route")


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
def command(
    persons: Path,
    events: Path,
    presence: Path,
    *,
    until: datetime,
    id_column: str,
    clearing: int,
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
    found = follow.follow_up(
        *frames,
        observed_until=until.date(),
        id_column=id_column,
        event=[role, *kinds],
        clearing_days=clearing,
        horizons_years=years,
        by=by,
    )
    clearing_table = follow.clearing_sensitivity(
        found.followed, event=found.event, horizons_years=years
    )
    overlap = follow.overlap(found.followed)
    if as_json:
        click.echo(json.dumps(_as_json(found, clearing_table, overlap, language)))
    else:
        _print(found, clearing_table, overlap, language)


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


def _as_json(
    found: FollowUp, clearing: pl.DataFrame, overlap: Overlap, language: Language
) -> dict[str, Any]:
    definition = found.definition
    return {
        "definition": {
            "observed_until": definition.observed_until.isoformat(),
            "id_column": definition.id_column,
            "index_column": definition.index_column,
            "clearing_days": definition.clearing_days,
            "recording_days": definition.recording_days,
            "event_role": found.event.role,
            "event_kinds": found.event.kinds,
            "event_date": definition.event_date,
            "competing": definition.competing,
            "by": found.incidences[0].by,
            "level": found.level,
        },
        "account": dict(found.account),
        "questions": {name: text.in_language(language) for name, text in found.questions.items()},
        "horizons": found.horizons.to_dicts(),
        "clearing_sensitivity": clearing.to_dicts(),
        "overlap": {
            "persons": overlap.persons,
            "not_linked": overlap.not_linked,
            "not_in_register": overlap.not_in_register,
            "shares": overlap.shares.to_dicts(),
        },
    }


def _print(found: FollowUp, clearing: pl.DataFrame, overlap: Overlap, language: Language) -> None:
    click.echo(f"{found.account['followed']} of {found.account['persons']} persons followed")
    for name, number in found.account.items():
        if number and name not in ("persons", "followed"):
            click.echo(f"  {name.replace('_', ' ')}: {number}")
    for method, text in found.questions.items():
        click.echo(f"\n{method}: {text.in_language(language)}")
        _print_rows(found.horizons, method)
    click.echo("\nshare by clearing period (days), aalen-johansen, everybody:")
    rows = clearing.filter(method="aalen-johansen", group="")
    for row in rows.iter_rows(named=True):
        share = "-" if row["share"] is None else f"{100 * row['share']:.1f}%"
        click.echo(f"  {row['clearing_days']:>3} days  {row['horizon_years']:g} years  {share}")
    click.echo(f"\nalso a suspect (of {overlap.persons} persons in the register):")
    for row in overlap.shares.iter_rows(named=True):
        click.echo(
            f"  {row['sequence']:<17} {row['persons']:>7}  {100 * row['share']:.1f}% "
            f"({100 * row['low']:.1f} to {100 * row['high']:.1f})"
        )


def _print_rows(horizons: pl.DataFrame, method: str) -> None:
    for row in horizons.filter(method=method).iter_rows(named=True):
        name = f"  {row['group'] or 'all'}, {row['horizon_years']:g} years"
        if row["share"] is None:
            click.echo(f"{name}: the register ends too early")
            continue
        click.echo(
            f"{name}: {100 * row['share']:.1f}% ({100 * row['low']:.1f} to "
            f"{100 * row['high']:.1f}); {row['events']} of {row['n']}, {row['at_risk']} at risk"
        )
