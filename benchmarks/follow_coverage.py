"""How often do the 95% intervals of the follow room hold the truth?

Two kinds of populations whose truth is known: `direct`, histories drawn from a written law, and
`nation`, small simulated nations drawn under the law of `solve_repeat_law` and followed from their
delivery files. Every population is written to `--folder` before the next is drawn: a study that
was stopped goes on, and more `--populations` add to what is there. Prints a table of coverage.

What is true, for each estimator under its own definition (t years since the index day):

- aalen-johansen: the share to whom it happens within t years and before they leave;
- kaplan-meier: one minus the product over days of one minus the risk of those still there;
- fixed: of those who have not left within t years, the share to whom it has happened;
- mean-cumulative-count: the sum over days of the expected events per person still there;
- ghosh-lin: the expected number of events within t years and before leaving, of everybody;
- cox, andersen-gill, fine-gray (direct only): the ratio by which the hazards, the rates or the
  hazards of the share were drawn to differ between two groups.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from slachtoffermonitor import follow
from slachtoffermonitor.ground import write_text
from slachtoffermonitor.simulate import simulate_nation, solve_repeat_law
from slachtoffermonitor.simulate._calibration import read_calibration
from slachtoffermonitor.simulate._crimes import _times
from slachtoffermonitor.simulate.following.hazard import Hazard
from slachtoffermonitor.simulate.following.law import lives_of

YEAR = 365.25
HORIZONS = (5, 7)
NATION_YEARS = (2014, 2015, 2016, 2017)
NATION_PERSONS = 4000
UNTIL = date(2024, 12, 31)
LEAVING = ("OVERLEDEN", "EMIGRATIE", "ONBEKEND")
Found = list[tuple[str, float, float, float, float]]  # estimator, horizon, estimate, low, high

# The law of the direct histories: yearly rates of a new crime (Weibull in time), of leaving, of
# being lost; the ratio of group B; the spread of a person's own rate (gamma, mean 1).
SCALE, SHAPE, LEAVES, LOST, RATIO, SPREAD = 9.0, 0.8, 0.05, 0.02, 1.6, 0.4
PERSONS = 400


def base(time: np.ndarray) -> np.ndarray:
    return (time / SCALE) ** SHAPE


def direct_truth() -> dict[tuple[str, float], float]:
    """Sum the law over days; the person's own rate is taken out by its Laplace transform."""
    days = np.arange(0, max(HORIZONS) * 366)
    spent = base(days / YEAR)
    k = 1.0 / SPREAD
    found: dict[tuple[str, float], float] = {}
    free = np.zeros(days.size)
    rate = np.zeros(days.size - 1)
    for ratio in (1.0, RATIO):
        free += 0.5 * (1.0 + ratio * spent / k) ** -k
        rate += 0.5 * ratio * np.diff(spent)
    there = np.exp(-LEAVES * (days[1:] - 1) / YEAR)
    for horizon in HORIZONS:
        end = int(horizon * YEAR)
        found["aalen-johansen", horizon] = float((-np.diff(free) * there)[:end].sum())
        found["kaplan-meier", horizon] = float(1.0 - free[end])
        found["fixed", horizon] = float(1.0 - free[end])
        found["mean-cumulative-count", horizon] = float(rate[:end].sum())
        found["ghosh-lin", horizon] = float((rate * there)[:end].sum())
    found["andersen-gill", 0] = RATIO
    return found


def direct_population(seed: int) -> Found:
    """Draw persons, their crimes and exits, and give what each estimator says."""
    chance = np.random.default_rng([seed, 5])
    group = np.arange(PERSONS) % 2
    own = chance.gamma(1.0 / SPREAD, SPREAD, PERSONS) * np.where(group == 1, RATIO, 1.0)
    leaves = np.ceil(chance.exponential(YEAR / LEAVES, PERSONS)).astype(int)
    lost = np.ceil(chance.exponential(YEAR / LOST, PERSONS)).astype(int)
    register = chance.integers(4 * 365, 10 * 365, PERSONS)
    ends = np.minimum(np.minimum(leaves, lost), register)
    spent = np.cumsum(chance.exponential(1.0, (PERSONS, 40)), axis=1) / own[:, None]
    days = np.ceil(SCALE * spent ** (1.0 / SHAPE) * YEAR).astype(int)
    first = days[:, 0]
    exits = np.minimum(first, ends)
    cause = np.where(first <= ends, 1, np.where(leaves == ends, 2, 0))
    found = []
    # The fixed cohort knows until when each would have been seen; who leaves is not in it.
    for method in follow.METHODS:
        result = follow.cumulative_incidence(
            None, exits, cause, method=method, followed_until=np.maximum(ends, exits)
        )
        found += [(method, h, *limits(result.curve().at(int(h * YEAR)))) for h in HORIZONS]
    who, place = np.nonzero(days <= ends[:, None])
    when = days[who, place]
    rows = counting_rows(who, when, ends, leaves == ends)
    for name in ("mean-cumulative-count", "ghosh-lin"):
        count = follow.mean_cumulative_count(*rows[1:], person=rows[0], method=name)
        found += [(name, h, *limits(count.curve().at(int(h * YEAR)))) for h in HORIZONS]
    happened = (rows[3] == 1).astype(int)
    kept = (rows[2] > rows[1]) | (happened == 1)
    model = follow.andersen_gill(
        rows[1][kept],
        rows[2][kept],
        happened[kept],
        covariates=group[rows[0][kept]][:, None],
        person=rows[0][kept],
    )
    found.append(("andersen-gill", 0, *model.ratio("x1")))
    return found


def counting_rows(
    who: np.ndarray, when: np.ndarray, ends: np.ndarray, left: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Cut every follow-up at its events: person, entry, exit, event (1, or 2 for the end)."""
    person = np.concatenate([who, np.arange(ends.size)])
    exit_ = np.concatenate([when, ends])
    event = np.concatenate([np.ones(when.size, int), np.where(left, 2, 0)])
    order = np.lexsort((event != 1, exit_, person))
    person, exit_, event = person[order], exit_[order], event[order]
    entry = np.where(np.diff(person, prepend=-1) > 0, 0, np.concatenate([[0], exit_[:-1]]))
    kept = (exit_ > entry) | (event > 0)
    return person[kept], entry[kept], exit_[kept], event[kept]


def limits(value: follow.CurveValue) -> tuple[float, float, float]:
    return value.estimate, value.low, value.high


def ratios_truth() -> dict[tuple[str, float], float]:
    return {("cox", 0): RATIO, ("fine-gray", 0): RATIO}


def ratios_population(seed: int) -> Found:
    """Draw two groups whose hazards, or whose hazards of the share, differ by a known ratio."""
    chance = np.random.default_rng([seed, 7])
    group = np.arange(PERSONS) % 2
    times = np.where(group == 1, RATIO, 1.0)
    lost = np.ceil(chance.exponential(YEAR / 0.08, PERSONS)).astype(int)
    first = SCALE * (chance.exponential(1.0, PERSONS) / times) ** (1.0 / SHAPE)
    first = np.ceil(first * YEAR).astype(int)
    leaves = np.ceil(chance.exponential(YEAR / LEAVES, PERSONS)).astype(int)
    ends = np.minimum(lost, leaves)
    model = follow.cox(
        None, np.minimum(first, ends), (first <= ends).astype(int), covariates=group[:, None]
    )
    found = [("cox", 0, *model.ratio("x1"))]
    # Fine and Gray's own law: share p to whom it ever happens in group A; the rest leave.
    p = 0.6
    ever = chance.random(PERSONS) < 1.0 - (1.0 - p) ** times
    part = chance.random(PERSONS) * (1.0 - (1.0 - p) ** times)
    inside = np.clip(1.0 - (1.0 - part) ** (1.0 / times), 0.0, p * (1 - 1e-12))
    met = np.ceil(-np.log1p(-inside / p) / 0.25 * YEAR).astype(int)
    other = np.ceil(chance.exponential(YEAR / 0.2, PERSONS)).astype(int)
    day = np.where(ever, met, other)
    cause = np.where(day <= lost, np.where(ever, 1, 2), 0)
    share = follow.fine_gray(
        None, np.maximum(np.minimum(day, lost), 1), cause, covariates=group[:, None]
    )
    return [*found, ("fine-gray", 0, *share.ratio("x1"))]


def nation_truth() -> dict[tuple[str, float], float]:
    """Take the shares of the law, and draw the counts of very many lives under it."""
    law = solve_repeat_law(years=NATION_YEARS)
    found: dict[tuple[str, float], float] = {
        (name, int(years)): share for (name, years), share in law.shares.items()
    }
    calibration = read_calibration()
    lives = lives_of(1, 60_000, NATION_YEARS)
    chance = np.random.default_rng(11)
    hazard = Hazard(scale=law.scale, shape=law.shape)
    again, waiting = (
        calibration.number(f"crimes.{name}") for name in ("again_factor", "waiting_factor")
    )
    length = int(max(HORIZONS) * YEAR) + 1
    events, there = np.zeros(length), np.zeros(length)
    for _ in range(60):
        leave = np.ceil(chance.exponential(1.0, lives.factor.size) / lives.leaving * YEAR)
        spent = chance.exponential(1.0, lives.factor.size) / lives.factor
        there += (lives.factor.size - np.searchsorted(np.sort(leave), np.arange(length))) * 1.0
        for _ in range(8):
            years = _times(hazard, spent, (lives.waits_from, lives.waits_until), waiting)
            day = np.ceil(np.minimum(years, 200) * YEAR)
            kept = day[(day <= leave) & (day < length)].astype(int)
            events += np.bincount(kept, minlength=length)
            spent = spent + chance.exponential(1.0, spent.size) / (lives.factor * again)
    for horizon in HORIZONS:
        end = int(horizon * YEAR) + 1
        found["mean-cumulative-count", horizon] = float((events / there)[:end].sum())
        found["ghosh-lin", horizon] = float(events[:end].sum() / there[0])
    return found


def nation_population(seed: int) -> Found:
    """Draw a small nation, follow it from its delivery files, leave out second reports."""
    nation = simulate_nation(
        seed=1000 + seed,
        persons=NATION_PERSONS,
        years=NATION_YEARS,
        repeat_law=solve_repeat_law(years=NATION_YEARS),
    )
    events = nation.deliveries["events"].join(nation.truth["event_origin"], on="event_id")
    followed = follow.histories(
        nation.truth["persons"].filter("registered"),
        events.filter(pl.col("origin") != "ECHO").drop("origin"),
        nation.deliveries["presence"],
        observed_until=UNTIL,
        id_column="resident_id",
        clearing_days=0,
        competing=LEAVING,
    )
    found = []
    for method in follow.METHODS:
        result = follow.cumulative_incidence(followed, method=method)
        found += [(method, h, *limits(result.at(h))) for h in HORIZONS]
    for name in ("mean-cumulative-count", "ghosh-lin"):
        count = follow.mean_cumulative_count(followed, method=name)
        found += [(name, h, *limits(count.at(h))) for h in HORIZONS]
    return found


KINDS = {
    "direct": (direct_truth, direct_population),
    "ratios": (ratios_truth, ratios_population),
    "nation": (nation_truth, nation_population),
}


def outcome(kind: str, folder: Path | None, seed: int) -> Found:
    """Give the outcome of a population, from the folder where it is already there."""
    kept = None if folder is None else folder / f"{kind}-{seed:05d}.json"
    if kept is not None and kept.exists():
        return [tuple(row) for row in json.loads(kept.read_text())]
    found = KINDS[kind][1](seed)
    if kept is not None:
        write_text(kept, json.dumps(found))
    return found


def outcomes(kind: str, populations: int, folder: Path | None, workers: int) -> Iterator[Found]:
    """Give the outcome of every population, in as many processes as asked for."""
    draw = partial(outcome, kind, folder)
    if workers == 1:
        yield from map(draw, range(populations))
        return
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by the processes, which share the cores
    with get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(draw, range(populations), chunksize=4)


def coverage(
    kind: str, populations: int, folder: Path | None = None, *, workers: int = 1
) -> pl.DataFrame:
    """Give, per estimator and horizon: truth, mean estimate, coverage and mean width."""
    truth = KINDS[kind][0]()
    rows = [
        (name, horizon, estimate, low, high)
        for found in outcomes(kind, populations, folder, workers)
        for name, horizon, estimate, low, high in found
    ]
    known = [(name, int(horizon), value) for (name, horizon), value in truth.items()]
    return (
        pl.DataFrame(rows, schema=("estimator", "years", "estimate", "low", "high"), orient="row")
        .join(
            pl.DataFrame(known, schema=("estimator", "years", "truth"), orient="row"),
            on=["estimator", "years"],
        )
        .group_by("estimator", "years", maintain_order=True)
        .agg(
            truth=pl.col("truth").first(),
            mean=pl.col("estimate").mean(),
            coverage=pl.col("truth").is_between(pl.col("low"), pl.col("high")).mean(),
            width=(pl.col("high") - pl.col("low")).mean(),
            populations=pl.len(),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kind", choices=[*KINDS, "all"], default="all")
    parser.add_argument("--populations", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="where outcomes are kept, to go on later")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--quick", action="store_true", help="20 populations of each kind")
    parser.add_argument("--json", choices=["-"], help="one JSON object on standard output")
    asked = parser.parse_args()
    if asked.folder is not None:
        asked.folder.mkdir(parents=True, exist_ok=True)
    number = 20 if asked.quick else asked.populations
    kinds = list(KINDS) if asked.kind == "all" else [asked.kind]
    began = time.perf_counter()
    tables = {
        kind: coverage(kind, number, asked.folder, workers=max(1, asked.workers)) for kind in kinds
    }
    if asked.json:
        whole = {kind: table.to_dicts() for kind, table in tables.items()}
        seconds = time.perf_counter() - began
        print(json.dumps({"benchmark": "follow_coverage", "seconds": seconds, "kinds": whole}))
        return
    for kind, table in tables.items():
        print(f"{kind}: {number} populations")
        for row in table.iter_rows(named=True):
            print(
                f"  {row['estimator']:<22} {row['years']} years  truth {row['truth']:.4f}  mean "
                f"{row['mean']:.4f}  coverage {row['coverage']:.3f}  width {row['width']:.3f}"
            )


if __name__ == "__main__":
    main()
