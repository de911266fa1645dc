"""From a whole population to the few people whom a report may be about, inside the database."""

from __future__ import annotations

from functools import partial

import polars as pl

from slachtoffermonitor.link.engine import group_columns, rarity_of, without_rarity
from slachtoffermonitor.link.features import FEATURES
from slachtoffermonitor.link.large.files import Store
from slachtoffermonitor.link.large.meeting import (
    Meeting,
    find_meetings,
    in_blocks,
    people_in_blocks,
)
from slachtoffermonitor.link.large.said import (
    ANY_ORDER,
    Features,
    join_said,
    keys_of,
    prepare_said,
    sources_of,
)
from slachtoffermonitor.link.model import Comparison, ModelDesign

__all__ = ["narrow"]


def narrow(
    store: Store, design: ModelDesign, asked: pl.DataFrame, wanted: pl.Series, *, people: int
) -> Meeting:
    """Make the tables of both sides of a linkage: `records_0` and `records_1`.

    Args:
        store: with the table `people`.
        design: whose blocking rules choose the people.
        asked: the features of the reports.
        wanted: records of people who are taken whether or not they share a block.
        people: how many there are.

    """
    features = tuple(name for name in asked.columns if len(FEATURES.get(name, ())) == 1)
    looked_at = _looked_at(design)
    first = _key_everybody(store, features, looked_at)
    meeting = find_meetings(store, design, keys_of(asked, looked_at), people)
    store.put("wanted", wanted.unique().alias("record").to_frame())
    near = [*people_in_blocks(meeting), "record IN (SELECT record FROM wanted)"]
    store.make("chosen", f"SELECT * FROM keyed WHERE {' OR '.join(near)}")  # noqa: S608
    store.transform("met", "SELECT * FROM chosen", partial(in_blocks, blocks=meeting.blocks))
    among = "chosen JOIN people ON people.record = chosen.record"
    for source in sources_of(features):
        if source not in first:
            prepare_said(store, source, _of_source(features, source), (), among)
    rare = [_count_bearers(store, design, each) for each in design.weighed_by_frequency]
    own = asked.select("record", *features)
    _make_sides(
        store,
        design,
        without_rarity(own, design).hstack(meeting.own_blocks),
        f"{among} {join_said(sources_of(features))} {' '.join(rare)} "
        "JOIN met ON met.record = chosen.record",
    )
    return meeting


def _looked_at(design: ModelDesign) -> Features:
    """Name the features by which a design brings records together, or counts them."""
    names = {name for rule in design.blocking_rules for name in (*rule.columns, *rule.narrower)}
    names |= {each.frequency for each in design.weighed_by_frequency if each.frequency}
    return tuple(sorted(names | set(group_columns(design))))


def _of_source(features: Features, source: str) -> Features:
    return tuple(name for name in features if FEATURES[name] == (source,))


def _key_everybody(store: Store, features: Features, looked_at: Features) -> Features:
    """Make the table `keyed`: `record`, and the keys of all people. Gives the columns it took."""
    parts = tuple(sorted({part for name in looked_at for part in ANY_ORDER.get(name, (name,))}))
    sources = sources_of(parts)
    for source in sources:
        keyed = _of_source(parts, source)
        prepare_said(store, source, _of_source(features, source), keyed, "people")
    keys = (
        " + ".join(f"said_{FEATURES[part][0]}.key_{part}" for part in ANY_ORDER.get(name, (name,)))
        + f" AS key_{name}"
        for name in looked_at
    )
    store.make("keyed", f"SELECT record, {', '.join(keys)} FROM people {join_said(sources)}")  # noqa: S608
    return sources


def _make_sides(store: Store, design: ModelDesign, asked: pl.DataFrame, chosen: str) -> None:
    """Make both tables, with the same columns; `chosen` writes where those of people come from."""
    exchanged = {
        each.exchange: f"{each.rarity} * {design.comparison(each.exchanged_with).rarity}"
        for each in design.comparisons
        if each.exchanged_with is not None
    }
    made = {**design.derived, **exchanged}
    derived = "".join(f", {sql} AS {name}" for name, sql in made.items())
    asked = asked.drop(exchanged)
    store.put("asked", asked)
    store.make("records_0", f"SELECT *{derived} FROM asked")  # noqa: S608
    columns = ", ".join(
        f"said_{FEATURES[name][0]}.{name}" if name in FEATURES else name
        for name in asked.columns
        if name != "record"
    )
    store.make("listed", f"SELECT chosen.record, {columns} FROM {chosen}")  # noqa: S608
    store.make("records_1", f"SELECT *{derived} FROM listed")  # noqa: S608


def _count_bearers(store: Store, design: ModelDesign, comparison: Comparison) -> str:
    """Make the table of the rarity of each value in each group, and give the join to it."""
    value = comparison.frequency or comparison.name
    groups = group_columns(design) if comparison.grouped else ()
    by = [f"key_{name}" for name in (value, *groups)]
    listed = ", ".join(by)
    counted = store.get(
        f"SELECT {listed}, count(*) AS n FROM keyed WHERE {by[0]} IS NOT NULL GROUP BY {listed}"  # noqa: S608
    )
    name = f"rarity_of_{comparison.name}"
    store.put(name, _rarities(counted, by, comparison.rarity))
    same = [f"chosen.{key} IS NOT DISTINCT FROM {name}.{key}" for key in by]
    return f"LEFT JOIN {name} ON {' AND '.join(same)}"


def _rarities(counted: pl.DataFrame, by: list[str], rarity: str) -> pl.DataFrame:
    value, *groups = by
    number, none = pl.col("n"), pl.lit(None, dtype=pl.Int64)
    known = pl.all_horizontal(pl.lit(True), *(pl.col(name).is_not_null() for name in groups))
    share = rarity_of(
        bearers=number.sum().over(value),
        borne=number.sum(),
        group_bearers=pl.when(known).then(number) if groups else none,
        group_borne=number.sum().over(groups) if groups else none,
    )
    return counted.select(*by, share.alias(rarity))
