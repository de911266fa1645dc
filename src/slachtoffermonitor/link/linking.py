"""Reports to persons: the steps in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link._cluster import group
from slachtoffermonitor.link._gather import LOWEST_THRESHOLD, gather
from slachtoffermonitor.link._learn import Belief, learn
from slachtoffermonitor.link._model import COMPARISONS
from slachtoffermonitor.link._persons import describe
from slachtoffermonitor.link._prepare import prepare, with_rarity, without_rarity
from slachtoffermonitor.link._score import Compared, compare
from slachtoffermonitor.link.linkage import Linkage

__all__ = ["link_reports"]

_PERSON_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One round of comparing: within the reports, or from the reports to the register."""

    right_is: str
    compared: Compared
    belief: Belief


def link_reports(
    notifications: pl.DataFrame | Sequence[pl.DataFrame],
    *,
    population: pl.DataFrame | None = None,
    seed: int,
    threshold: float | None = None,
    threads: int = 2,
) -> Linkage:
    """Which reports are about one person?

    A linkage is never certain. Counting persons without the doubt (`Linkage.quality`,
    `Linkage.pairs`) makes the hidden number too large where pairs were missed and too small where
    strangers were joined.

    Args:
        notifications: reports with the columns of `records.Notification`; several deliveries may
            come as a sequence of frames. The order of rows and frames does not matter.
        population: an extract of the population register with the columns of
            `records.PopulationEntry`; two of its rows are never one person.
        seed: of the sample of random pairs from which chance agreement is learned.
        threshold: accept pairs from this match probability on; when None, the value from which
            as many pairs are accepted as are expected to be one person, so that wrong and missed
            joins balance and expected precision equals expected recall. No truth is used.
        threads: of the database; they change the time, not the answer.

    Assumes: given whether two records are of one person, features agree independently, except
    that names go with citizenship and sex; the extract holds a person once.

    Returns:
        A `Linkage`, the same for the same reports, population and seed.

    Raises:
        InputError: columns are missing or of another type, an id is empty or occurs twice, there
            are no reports, or the threshold is not between 0.001 and 1.

    Source: Fellegi and Sunter (1969), A theory for record linkage, JASA 64(328).

    """
    reports, register = gather(notifications, population, threshold)
    features = prepare(reports, first_record=0)
    listed = None if register is None else prepare(register, first_record=reports.height)
    rounds = _rounds(features, listed, seed=seed, threads=threads)
    scored = _scored(rounds)
    expected = sum(each.belief.matches for each in rounds)
    chosen = _balanced_threshold(scored, expected) if threshold is None else threshold
    label = group(
        scored.filter(pl.col("match_probability") >= chosen), _birth_and_source(features, listed)
    )
    pairs = scored.with_columns(
        joined=pl.Series(label[scored["left"].to_numpy()] == label[scored["right"].to_numpy()])
    )
    found = _found(reports, register, label)
    return Linkage(
        persons=describe(found, register),
        reports=_report_list(found, pairs, chosen),
        pairs=_named(pairs, reports, register),
        weights=_weights(rounds),
        threshold=chosen,
        threshold_chosen_by="balance" if threshold is None else "caller",
        expected_matches=expected,
    )


def _rounds(
    features: pl.DataFrame, listed: pl.DataFrame | None, *, seed: int, threads: int
) -> list[_Round]:
    """Compare the reports with one another, and with the register where there is one.

    Two rounds, because chance and error differ: a register is larger and cleaner than reports,
    and a report is of one registered person at most.
    """
    tables: list[tuple[str, tuple[pl.DataFrame, ...]]] = []
    if features.height > 1:
        tables.append(("report", (with_rarity(features),)))
    if listed is not None:
        tables.append(("register", (without_rarity(features), with_rarity(listed))))
    compared = [(name, compare(each, seed=seed, threads=threads)) for name, each in tables]
    return [_Round(right_is=name, compared=each, belief=learn(each)) for name, each in compared]


def _scored(rounds: list[_Round]) -> pl.DataFrame:
    """Put the pairs of all rounds together with their match probability."""
    levels = [each.name for each in COMPARISONS]
    none = pl.DataFrame(
        schema=[
            ("left", pl.Int64),
            ("right", pl.Int64),
            ("right_is", pl.String),
            ("match_probability", pl.Float64),
            *((name, pl.Int8) for name in levels),
        ]
    )
    return pl.concat(
        [
            none,
            *(
                each.compared.pairs.select(
                    "left",
                    "right",
                    pl.lit(each.right_is).alias("right_is"),
                    pl.Series("match_probability", each.belief.probability),
                    *levels,
                ).filter(pl.col("match_probability") >= LOWEST_THRESHOLD)
                for each in rounds
            ),
        ]
    )


def _balanced_threshold(scored: pl.DataFrame, expected: float) -> float:
    """Find the match probability from which as many pairs are accepted as are expected to match.

    Accepting for the largest expected F1 instead would join, in a small register of lookalikes,
    many pairs that are likelier two persons than one.
    """
    steps = (
        scored.group_by("match_probability")
        .len()
        .sort("match_probability", descending=True)
        .with_columns(pl.col("len").cum_sum().alias("accepted"))
    )
    surplus = np.abs(np.append(0.0, steps["accepted"].to_numpy()) - expected)
    best = int(np.argmin(surplus))
    return 1.0 if best == 0 else float(steps["match_probability"][best - 1])


def _birth_and_source(features: pl.DataFrame, listed: pl.DataFrame | None) -> pl.DataFrame:
    kept = ("record", "birth_year", "birth_month", "birth_day")
    frames = [features.select(*kept, pl.lit(False).alias("in_register"))]
    if listed is not None:
        frames.append(listed.select(*kept, pl.lit(True).alias("in_register")))
    return pl.concat(frames)


def _found(
    reports: pl.DataFrame, register: pl.DataFrame | None, label: npt.NDArray[np.int64]
) -> pl.DataFrame:
    """Give each report its person, numbered by first report, and its person in the register."""
    labelled = reports.with_columns(label=pl.Series(label[: reports.height]))
    first = (
        labelled.sort("reported_on", "notification_id")
        .unique("label", keep="first", maintain_order=True)
        .select("label")
        .with_row_index("number", offset=1)
    )
    digits = max(_PERSON_DIGITS, len(str(first.height)))
    persons = first.select(
        "label",
        ("P" + pl.col("number").cast(pl.String).str.zfill(digits)).alias("person_id"),
    )
    in_register = pl.DataFrame(
        {"label": [], "register_id": []}, schema={"label": pl.Int64, "register_id": pl.String}
    )
    if register is not None:
        in_register = register.select(
            pl.Series("label", label[reports.height :]), pl.col("person_id").alias("register_id")
        )
    return (
        labelled.join(persons, on="label")
        .join(in_register, on="label", how="left")
        .drop("label")
        .sort("reported_on", "notification_id")
    )


def _report_list(found: pl.DataFrame, pairs: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Give each report its person and the weakest accepted pair that ties it to that person."""
    ties = pairs.filter(pl.col("joined") & (pl.col("match_probability") >= threshold))
    ends = pl.concat(
        ties.select(pl.col(end).alias("record"), "match_probability") for end in ("left", "right")
    )
    weakest = ends.group_by("record").agg(pl.col("match_probability").min())
    return (
        found.sort("notification_id")
        .with_row_index("record")
        .with_columns(pl.col("record").cast(pl.Int64))
        .join(weakest, on="record", how="left")
        .select("notification_id", "person_id", "reporter", "reported_on", "match_probability")
        .sort("notification_id")
    )


def _named(
    pairs: pl.DataFrame, reports: pl.DataFrame, register: pl.DataFrame | None
) -> pl.DataFrame:
    """Name the records of each pair by their ids."""
    ids = reports["notification_id"]
    if register is not None:
        ids = ids.append(register["person_id"].rename("notification_id"))
    return pairs.with_columns(
        ids.gather(pairs["left"]).alias("left"), ids.gather(pairs["right"]).alias("right")
    ).select(
        "left",
        "right",
        "right_is",
        "match_probability",
        "joined",
        *(each.name for each in COMPARISONS),
    )


def _weights(rounds: list[_Round]) -> pl.DataFrame:
    shape = ("right_is", "comparison", "level", "among", "m", "u", "weight")
    kinds = (*[pl.String] * 4, *[pl.Float64] * 3)
    none = pl.DataFrame(schema=dict(zip(shape, kinds, strict=True)))
    return pl.concat(
        [
            none,
            *(
                each.belief.weights.select(pl.lit(each.right_is).alias("right_is"), *shape[1:])
                for each in rounds
            ),
        ]
    )
