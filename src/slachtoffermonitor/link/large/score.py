"""Reports against a whole population: the same evidence as in memory, from tables on disk."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from slachtoffermonitor.link.engine import (
    LOWEST_PROBABILITY,
    Belief,
    Compared,
    Evidence,
    Gathered,
    LinkTable,
    Round,
    evidence_from,
    evidence_of,
    learn,
    probability_of,
    rounds_of,
)
from slachtoffermonitor.link.engine.compare import SAMPLED_PAIRS
from slachtoffermonitor.link.features import clear_features
from slachtoffermonitor.link.gathering import describe_register
from slachtoffermonitor.link.large.files import Population, Store
from slachtoffermonitor.link.large.narrow import narrow
from slachtoffermonitor.link.large.people import count_people, verdicts_on
from slachtoffermonitor.link.model import ModelDesign

__all__ = ["score_population"]

_PAIRS_AT_ONCE: Final = 2_000_000
_REPORT: Final = "report"
_REGISTER: Final = "register"
_NOBODY: Final = -1


def score_population(
    gathered: Gathered,
    population: Population,
    store: Store,
    *,
    verdicts: pl.DataFrame | None = None,
    seed: int,
    threads: int,
) -> Evidence:
    """Compare reports with one another, and with everybody in a population.

    Args:
        gathered: the reports, in one table.
        population: the files of the register; nobody is in it twice.
        store: the database for it, empty.
        verdicts: of reviewers, as for `link_reports`.
        seed: of the random pairs.
        threads: of the database in memory, for the reports themselves.

    Returns:
        The evidence that `score` gives with the register in memory, but that it speaks of those
        people only whom some report may be about.

    Raises:
        InputError: an id of the register is empty or occurs twice, a birth date is no date, or
            the verdicts cannot be used.

    """
    design, asked = gathered.design, gathered.tables[0].features
    store.load(population, first_record=asked.height)
    people = count_people(store)
    gathered, told = verdicts_on(store, gathered, verdicts)
    drawn = _drawn(asked.height, people, seed)
    wanted = pl.concat([drawn["right"], told["right"]])
    meeting = narrow(store, design, asked, wanted, people=people)
    store.compare(design, tuple(meeting.blocks), chunks=1 + int(meeting.pairs // _PAIRS_AT_ONCE))
    reviewed = store.compare_given(design, told)
    alike = _alike(store, design, reviewed)
    belief = learn(
        Compared(
            pairs=alike,
            random_pairs=store.compare_given(design, drawn),
            left_records=asked.height,
            right_records=people,
            within=False,
        ),
        design,
        right_once=True,
        verdicts=told,
    )
    near = _near(store, design, belief, alike, reviewed)
    entries = store.get(
        "SELECT people.* FROM people JOIN near ON people.record = near.person"
    ).sort("record")
    round_ = Round(
        left_is=_REPORT,
        right_is=_REGISTER,
        pairs=near,
        belief=_shared(design, belief, alike, near, told),
        rules=meeting.counted,
    )
    within = list(rounds_of(gathered, seed=seed, threads=threads))
    return _numbered_anew(gathered, [*within, round_], entries, told)


def _drawn(reports: int, people: int, seed: int) -> pl.DataFrame:
    """Draw the random pairs that a linkage in memory would draw."""
    rng = np.random.default_rng(seed)
    count = min(SAMPLED_PAIRS, reports * people)
    left = rng.integers(0, reports, count)
    return pl.DataFrame({"left": left, "right": reports + rng.integers(0, people, count)})


def _looks(design: ModelDesign) -> list[str]:
    """Name the columns by which two pairs of one report weigh the same."""
    rarities = [each.name for each in design.pair_weights]
    return ["report", *(each.name for each in design.comparisons), *rarities]


def _alike(store: Store, design: ModelDesign, reviewed: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs, one row for all that weigh the same; those reviewed by themselves."""
    store.put("reviewed", reviewed.select(report="left", person="right"))
    looks = ", ".join(_looks(design))
    alike = store.get(
        f"SELECT {looks}, count(*) AS times FROM pairs WHERE NOT EXISTS "  # noqa: S608
        "(SELECT 1 FROM reviewed WHERE reviewed.report = pairs.report "
        f"AND reviewed.person = pairs.person) GROUP BY {looks}"
    )
    one = pl.lit(1, dtype=alike.schema["times"]).alias("times")
    whole = alike.sort(_looks(design)).rename({"report": "left"})
    return pl.concat(
        [
            whole.with_columns(pl.lit(_NOBODY, pl.Int64).alias("right")),
            reviewed.with_columns(one).select(*whole.columns, "right"),
        ]
    )


def _near(
    store: Store,
    design: ModelDesign,
    belief: Belief,
    alike: pl.DataFrame,
    reviewed: pl.DataFrame,
) -> pl.DataFrame:
    """Give all pairs with people of whom some pair is likely or was reviewed."""
    likely = alike.filter(pl.Series(belief.probability) >= LOWEST_PROBABILITY)
    store.put("likely", likely.rename({"left": "report"}).select(_looks(design)).unique())
    looks = ", ".join(_looks(design))
    store.make(
        "near",
        f"SELECT person FROM pairs JOIN likely USING ({looks}) UNION SELECT person FROM reviewed",  # noqa: S608
    )
    met = store.get("SELECT pairs.* FROM pairs JOIN near ON pairs.person = near.person")
    met = met.rename({"report": "left", "person": "right"})
    unmet = reviewed.join(met, on=["left", "right"], how="anti").select(met.columns)
    return pl.concat([met, unmet]).sort("left", "right")


def _shared(
    design: ModelDesign,
    belief: Belief,
    alike: pl.DataFrame,
    near: pl.DataFrame,
    told: pl.DataFrame,
) -> Belief:
    """Give pairs their probability, shared among all candidates of a report.

    Candidates that are not kept take their part too: as rows that stand for many pairs, while the
    kept pairs stand for none a second time.
    """
    again = near.with_columns(pl.lit(0, dtype=alike.schema["times"]).alias("times"))
    both = pl.concat([alike, again.select(alike.columns)])
    bits = evidence_of(design, both, belief.model.m, belief.model.u)
    own = slice(alike.height, None)
    said = near.select("left", "right").join(
        told, on=["left", "right"], how="left", maintain_order="left"
    )["same_person"]
    probability = pl.Series(probability_of(belief.model, both, bits)[own])
    return replace(
        belief,
        probability=said.cast(pl.Float64).fill_null(probability).to_numpy(),
        evidence=bits[own],
    )


def _numbered_anew(
    gathered: Gathered, rounds: list[Round], entries: pl.DataFrame, told: pl.DataFrame
) -> Evidence:
    """Let the people who are left follow upon the reports, and put everything together."""
    first = gathered.reports.height
    number = entries.select(pl.col("record").alias("right")).with_columns(
        new=pl.int_range(first, first + pl.len(), dtype=pl.Int64)
    )

    def anew(pairs: pl.DataFrame) -> pl.DataFrame:
        joined = pairs.join(number, on="right", how="left", maintain_order="left")
        return joined.with_columns(right="new").drop("new")

    features = clear_features(entries.drop("record"), first_record=first)
    wanted = ["record", *gathered.tables[0].features.columns]
    listed = LinkTable(
        name=_REGISTER,
        features=features.select(name for name in features.columns if name in wanted),
        duplicate_free=True,
    )
    whole = replace(
        gathered,
        tables=(*gathered.tables, listed),
        register=describe_register(entries),
        verdicts=pl.concat([_none_if(gathered.verdicts, told), anew(told)]),
    )
    *within, last = rounds
    return evidence_from(whole, [*within, replace(last, pairs=anew(last.pairs))])


def _none_if(verdicts: pl.DataFrame | None, shape: pl.DataFrame) -> pl.DataFrame:
    return shape.clear() if verdicts is None else verdicts.select(shape.columns)
