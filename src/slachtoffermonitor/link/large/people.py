"""The people of a population by number: how many, and those whom reviewers spoke of."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import Gathered, LinkTable
from slachtoffermonitor.link.gathering import with_verdicts
from slachtoffermonitor.link.large.files import Store

__all__ = ["count_people", "verdicts_on"]

_NOBODY_TOLD = {"left": pl.Int64, "right": pl.Int64, "same_person": pl.Boolean}


def count_people(store: Store) -> int:
    """Count the people in the table `people`.

    Raises:
        InputError: an id is empty or occurs twice, or there is nobody.

    """
    found = store.get("SELECT count(*) AS people, count(person_id) AS named FROM people")
    repeated = store.get(
        "SELECT count(*) AS ids, sum(n) AS people FROM (SELECT person_id, count(*) AS n "
        "FROM people WHERE person_id IS NOT NULL GROUP BY person_id HAVING count(*) > 1) AS again"
    )
    people = int(found["people"][0])
    empty = people - int(found["named"][0])
    again = int(repeated["people"][0] or 0) - int(repeated["ids"][0])
    told = (
        (not people, "holds nobody", "at least one person"),
        (empty, f"is empty in {empty} rows", ""),
        (again, f"occurs more than once: {again} rows repeat an earlier id", "once"),
    )
    problems = [
        Problem(what=what, file="population", column="person_id", allowed=allowed)
        for wrong, what, allowed in told
        if wrong
    ]
    if problems:
        raise InputError(problems)
    return people


def verdicts_on(
    store: Store, gathered: Gathered, verdicts: pl.DataFrame | None
) -> tuple[Gathered, pl.DataFrame]:
    """Give the reports with the verdicts on pairs of them, and those on a report and a person.

    Raises:
        InputError: the verdicts cannot be used; see `with_verdicts`.

    """
    if verdicts is None or verdicts.is_empty():
        return gathered, pl.DataFrame(schema=_NOBODY_TOLD)
    ids = [verdicts[name].cast(pl.String) for name in ("left", "right") if name in verdicts.columns]
    store.put("told_ids", pl.concat(ids).alias("told_id").unique().drop_nulls().to_frame())
    entries = store.get(
        "SELECT record, person_id FROM people JOIN told_ids ON person_id = told_id ORDER BY record"
    )
    named = replace(
        gathered,
        tables=(*gathered.tables, LinkTable(name="register", features=entries.select("record"))),
        register=entries.select("person_id"),
    )
    told = with_verdicts(named, verdicts).verdicts
    if told is None:
        return gathered, pl.DataFrame(schema=_NOBODY_TOLD)
    beyond = pl.col("right") >= gathered.reports.height
    # Two people of the register are never one person, whatever is said of them.
    across = told.filter(beyond & (pl.col("left") < gathered.reports.height))
    return replace(gathered, verdicts=told.filter(~beyond)), across.select(*_NOBODY_TOLD)
