"""What becomes of cases after the report: justice, residence, Dublin claimants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Ints,
    as_date,
    normalised,
    read_calibration,
    stream,
)
from slachtoffermonitor.simulate._nation import Nation

__all__ = ["Proceedings", "simulate_proceedings"]

_DUBLIN_SINCE = date(2019, 8, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceedings:
    """Simulated cases: `justice`, `residence` and `dublin`, and the true shares.

    Each is one row per step: case_id, step, on, form, citizenship_group. `truth`: funnel, source,
    target, share: of cases at the source, how many go to the target next, in the end.
    """

    justice: pl.DataFrame = field(repr=False)
    residence: pl.DataFrame = field(repr=False)
    dublin: pl.DataFrame = field(repr=False)
    truth: pl.DataFrame = field(repr=False)


def simulate_proceedings(nation: Nation) -> Proceedings:
    """What became of the cases of this nation, as the chain and the immigration service would say?

    Nobody in it exists. The same nation gives the same cases; steps after the last day of the
    registers are not delivered.

    Args:
        nation: from `simulate_nation`.

    Returns:
        Proceedings.

    """
    calibration = read_calibration()
    people = nation.truth["persons"].filter("registered").sort("person_id")
    abroad = people.filter(pl.col("citizenship_group") == "NIET_EU")
    rng = stream(nation.seed, "proceedings")
    recent = (abroad["first_reported_on"] >= _DUBLIN_SINCE).to_numpy()
    share = calibration.number("proceedings.dublin_share")
    claims = pl.Series(recent & (rng.random(len(abroad)) < share))
    tables = {
        "justice": _walk(rng, calibration, "justice", people),
        "residence": _walk(rng, calibration, "residence", abroad.filter(~claims)),
        "dublin": _walk(rng, calibration, "dublin", abroad.filter(claims)),
    }
    rows = [
        (funnel, source, target, probability)
        for funnel in tables
        for source, ways in calibration.value(f"proceedings.{funnel}").items()
        for target, probability in zip(*normalised(ways), strict=True)
    ]
    truth = pl.DataFrame(rows, schema=("funnel", "source", "target", "share"), orient="row")
    return Proceedings(truth=truth, **tables)


def _walk(
    rng: np.random.Generator, calibration: Calibration, funnel: str, people: pl.DataFrame
) -> pl.DataFrame:
    """Take every case from step to step until it ends."""
    ways: Mapping[str, Mapping[str, float]] = calibration.value(f"proceedings.{funnel}")
    means: Mapping[str, float] = calibration.value(f"proceedings.{funnel}_days")
    shape = calibration.number("proceedings.regular")
    who = np.arange(len(people))
    day: Ints = people["first_reported_on"].to_physical().to_numpy().astype(np.int64)
    step = np.full(len(people), next(iter(ways)), dtype=object)
    parts = [(who, step, day)]
    while who.size:
        onward = np.isin(step, list(ways))
        who, step, day = who[onward], step[onward], day[onward]
        following, days = step.copy(), np.zeros(who.size)
        for source, targets in ways.items():
            here = np.flatnonzero(step == source)
            codes, share = normalised(targets)
            following[here] = np.array(codes, dtype=object)[
                rng.choice(len(codes), size=here.size, p=share)
            ]
            days[here] = rng.gamma(shape, means[source] / shape, here.size)
        step, day = following, day + 1 + np.floor(days).astype(np.int64)
        parts.append((who, step, day))
    return _delivered(calibration, funnel, people, parts)


def _delivered(
    calibration: Calibration,
    funnel: str,
    people: pl.DataFrame,
    parts: list[tuple[Ints, np.ndarray, Ints]],
) -> pl.DataFrame:
    """Put the steps in rows, up to the last day of the registers."""
    until = calibration.day("size.observed_until")
    who, step, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    prefix = pl.lit(funnel[0].upper())
    rows = pl.DataFrame(
        {"who": who.astype(np.int64), "step": step.astype(str), "day": day.astype(np.int64)}
    ).filter(pl.col("day") <= until)
    persons = people.select("form", "citizenship_group").with_row_index("who")
    return (
        rows.join(persons.with_columns(pl.col("who").cast(pl.Int64)), on="who")
        .sort("who", "day", maintain_order=True)
        .select(
            (prefix + (pl.col("who") + 1).cast(pl.String).str.zfill(6)).alias("case_id"),
            "step",
            as_date("day").alias("on"),
            "form",
            "citizenship_group",
        )
    )
