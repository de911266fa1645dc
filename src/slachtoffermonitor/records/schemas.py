"""The tables that organisations deliver: columns, types, and what may stand in them.

Dataframely states a table as a class on Polars and answers row by row what breaks which rule;
which code may stand in a coded column is asked of the vocabulary. The reasons for the choice are
in `docs/decisions/0003-dataframely.md`.

A coded column names its code list in `metadata={"codes": …}`; a column that says who somebody is
carries `metadata={"identity": True}`, and its contents never appear in an error.
"""

from __future__ import annotations

import dataframely as dy
import polars as pl

__all__ = [
    "CareRequest",
    "ChatContact",
    "Event",
    "Membership",
    "Notification",
    "Person",
    "PopulationEntry",
    "Presence",
    "Tally",
    "Verdict",
]


def _coded(name: str, *, nullable: bool = False, many: bool = False, clock: str = "") -> dy.String:
    """Declare a column of codes of one list.

    `many` allows several, joined by semicolons; `clock` names the column of dates on which the
    code must have been valid.
    """
    return dy.String(nullable=nullable, metadata={"codes": name, "many": many, "clock": clock})


def _identity(*, nullable: bool = True) -> dy.String:
    return dy.String(nullable=nullable, metadata={"identity": True})


class Notification(dy.Schema):
    """One report of a presumed victim by one reporter. A notification is not a victim."""

    notification_id = dy.String(primary_key=True, min_length=1)
    reporter = _coded("reporters")
    organisation = dy.String(nullable=True)
    reported_on = dy.Date()
    basis = _coded("legal_bases")
    purpose = _coded("purposes")
    given_name = _identity()
    surname = _identity()
    birth_date = dy.Date(nullable=True, metadata={"identity": True})
    birth_year = dy.Int32(nullable=True, min=1900, max=2100)
    sex = _coded("sexes")
    citizenship = dy.String(nullable=True, metadata={"codes": "countries"})
    municipality = dy.String(nullable=True)
    contact_fragment = _identity()
    main_form = _coded("forms", clock="reported_on")
    forms = _coded("forms", many=True, clock="reported_on")
    route = _coded("routes")
    exploited_from = dy.Date(nullable=True)
    exploited_until = dy.Date(nullable=True)
    residence = _coded("residence", nullable=True)
    recruiter_relation = _coded("recruiter_relations", nullable=True)
    platforms = _coded("platforms", nullable=True, many=True)

    @dy.rule()
    def exploitation_ends_after_it_began(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("exploited_until") >= pl.col("exploited_from")

    @dy.rule()
    def reported_after_exploitation_began(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("reported_on") >= pl.col("exploited_from")

    @dy.rule()
    def born_before_reported(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("birth_date") <= pl.col("reported_on")

    @dy.rule()
    def main_form_among_forms(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("forms").str.split(";").list.contains(pl.col("main_form"))


class Tally(dy.Schema):
    """A count-only report, made where no basis for more exists: no row is about one person."""

    tally_id = dy.String(primary_key=True, min_length=1)
    reporter = _coded("reporters")
    month = dy.Date()
    age_band = _coded("age_bands")
    form = _coded("forms")
    region = dy.String(nullable=True)
    persons = dy.Int64(min=0)


class Person(dy.Schema):
    """One person as `link` made it from notifications, or as a register delivers it."""

    person_id = dy.String(primary_key=True, min_length=1)
    birth_date = dy.Date(nullable=True, metadata={"identity": True})
    birth_year = dy.Int32(nullable=True, min=1900, max=2100)
    sex = _coded("sexes")
    citizenship = dy.String(nullable=True, metadata={"codes": "countries"})
    municipality = dy.String(nullable=True)
    main_form = _coded("forms")
    forms = _coded("forms", many=True)
    route = _coded("routes")
    first_reported_on = dy.Date()


class PopulationEntry(dy.Schema):
    """One inhabitant in an extract of the population register, by which crimes are followed."""

    person_id = dy.String(primary_key=True, min_length=1)
    given_name = _identity()
    surname = _identity()
    birth_date = dy.Date(metadata={"identity": True})
    sex = _coded("sexes")
    citizenship = dy.String(metadata={"codes": "countries"})
    municipality = dy.String(nullable=True)


class Membership(dy.Schema):
    """A person was on a reporter's list in a year: the input of multiple systems estimation."""

    person_id = dy.String(min_length=1, primary_key=True)
    reporter = dy.String(metadata={"codes": "reporters"}, primary_key=True)
    year = dy.Int32(min=1990, max=2100, primary_key=True)
    first_reported_on = dy.Date()
    notifications = dy.Int64(min=1)


class Event(dy.Schema):
    """A registered crime of which a person is a victim or a suspect."""

    event_id = dy.String(primary_key=True, min_length=1)
    person_id = dy.String(min_length=1)
    event_role = _coded("event_roles")
    event_kind = _coded("event_kinds")
    occurred_on = dy.Date()
    registered_on = dy.Date()

    @dy.rule()
    def registered_after_it_occurred(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("registered_on") >= pl.col("occurred_on")


class Presence(dy.Schema):
    """A stretch of time in which a person stood in the population register."""

    person_id = dy.String(min_length=1, primary_key=True)
    entered_on = dy.Date(primary_key=True)
    left_on = dy.Date(nullable=True)
    exit_reason = _coded("exit_reasons", nullable=True)

    @dy.rule()
    def left_after_entered(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("left_on") >= pl.col("entered_on")

    @dy.rule()
    def reason_with_every_exit(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("left_on").is_null() == pl.col("exit_reason").is_null()


class CareRequest(dy.Schema):
    """A request for help to a municipality; `started_on` is empty while the person waits."""

    request_id = dy.String(primary_key=True, min_length=1)
    person_id = dy.String(nullable=True)
    municipality = dy.String(min_length=1)
    care_type = _coded("care_types")
    requested_on = dy.Date()
    started_on = dy.Date(nullable=True)
    closed_on = dy.Date(nullable=True)

    @dy.rule()
    def started_after_requested(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("started_on") >= pl.col("requested_on")

    @dy.rule()
    def closed_after_requested(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("closed_on") >= pl.col("requested_on")

    @dy.rule()
    def closed_after_started(cls) -> pl.Expr:  # noqa: D102, N805
        return pl.col("closed_on") >= pl.col("started_on")


class ChatContact(dy.Schema):
    """A contact with the chat line, as the counsellor coded it; only the month is kept."""

    contact_id = dy.String(primary_key=True, min_length=1)
    month = dy.Date()
    self_identified = dy.Bool()
    age_band = _coded("age_bands_chat")
    form = _coded("forms", nullable=True)
    recruiter_relation = _coded("recruiter_relations", nullable=True)
    duration_band = _coded("duration_bands", nullable=True)
    still_exploited = dy.Bool(nullable=True)
    first_disclosure = dy.Bool(nullable=True)
    outcome = _coded("chat_outcomes")


class Verdict(dy.Schema):
    """What people decided about a pair of reports: one person or two. Linkage keeps to it."""

    left = dy.String(primary_key=True, min_length=1)
    right = dy.String(primary_key=True, min_length=1)
    same_person = dy.Bool()
