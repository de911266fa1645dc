"""How often are the statements of the trend room wrong, and how soon is a silence seen?

Draws series whose truth is known and counts: how often 95% intervals hold it, how often something
is called that is not there, and within how many weeks a reporter that stopped is found. One row a
case: the mean over `replicates` of each outcome (a share unless its name says otherwise).

- interruption: 84 months that fall from 550 to 150 a year in June 2018; coverage by method.
- breaks: 84 months without a break; the share in which one is found (5% asked for).
- shuffled: years in any order; the share called changed, with overdispersion stated and without.
- places: 40 places; whether limits hold the spread, and whether places are said to differ.
- provisional: ten years of late reports; whether the interval of the newest year holds its total.
- false-alarms: nine reporters for five years, none silent; alarms a year (one asked for).
- silence: fourteen reporters of whom each stops on some day; found by the end of so many weeks, and
  at best (`limit`): the share that the best rule for a full silence of Poisson reports can find.
- guardians: simulated nations, days from 25 May 2018 to the end of the week of the alarm.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import polars as pl

from slachtoffermonitor import trend
from slachtoffermonitor.simulate import simulate_nation

Found = dict[str, float]
Case = Mapping[str, Any]
MONTHS = pl.date_range(date(2014, 1, 1), date(2020, 12, 1), "1mo", eager=True)
RULE = date(2018, 5, 25)
MONDAY = date(2014, 1, 6)
HISTORY = 208
PUBLISHED = {
    2013: 1117, 2014: 1255, 2015: 1150, 2016: 952, 2017: 956, 2018: 668,
    2019: 1334, 2020: 984, 2021: 791, 2022: 814, 2023: 868, 2024: 944,
}  # fmt: skip
REPORTERS = (0.15, 0.25, 0.34, 0.6, 0.8, 1.0, 1.9, 5.0, 11.4)
SILENT = (0.15, 0.25, 0.34, 0.4, 0.6, 0.77, 0.77, 0.77, 1.0, 1.5, 1.9, 3.0, 5.0, 11.4)
WEEKS = (4, 6, 8, 10, 12)
NATIONS = (19, *range(100, 117))
LATE = np.array([0.7, 0.2, 0.06, 0.04])


def counted(chance: np.random.Generator, means: np.ndarray, extra: float) -> np.ndarray:
    """Draw counts with a variance of mean + extra × mean²."""
    if not extra:
        return chance.poisson(means)
    return chance.negative_binomial(1 / extra, 1 / (1 + extra * means))


def monthly(counts: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"period": MONTHS, "count": counts.astype(np.int64)})


def yearly(counts: Mapping[int, int]) -> pl.DataFrame:
    return pl.DataFrame({"year": list(counts), "count": list(counts.values())})


def interruption(case: Case, seed: int) -> Found:
    after = np.arange(len(MONTHS)) >= 53
    means = np.where(after, 150 / 12, 550 / 12)
    frame = monthly(counted(np.random.default_rng([seed, 1]), means, case["extra"]))
    found = {}
    for method in ("quasi-poisson", "poisson", "negative-binomial", "hac"):
        ratio = trend.interruption(frame, at=RULE, method=method).effect.ratio
        found[method] = float(ratio.low <= 150 / 550 <= ratio.high)
    return found


def breaks(case: Case, seed: int) -> Found:
    means = np.full(len(MONTHS), case["mean"])
    frame = monthly(counted(np.random.default_rng([seed, 2]), means, case["extra"]))
    found = trend.breaks(frame, cost=case["cost"], replicates=199, seed=seed)
    return {"found": float(bool(found.found))}


def shuffled(case: Case, seed: int) -> Found:
    chance = np.random.default_rng([seed, 3])
    counts = np.array(list(PUBLISHED.values()))
    if "extra" in case:
        counts = counted(chance, np.full(12, 500.0), case["extra"])
    frame = yearly(dict(zip(PUBLISHED, chance.permutation(counts).tolist(), strict=True)))
    stated = trend.describe_change(frame, overdispersion="years")[0]
    return {
        "stated": float(stated.beyond_chance),
        "unstated": float(trend.describe_change(frame)[0].beyond_chance),
    }


def places(case: Case, seed: int) -> Found:
    chance = np.random.default_rng([seed, 4])
    spread = case["spread"]
    expected = chance.lognormal(2.3, 0.8, 40)
    ratios = chance.gamma(1 / spread**2, spread**2, 40) if spread else 1.0
    names = [f"p{n:02d}" for n in range(40)]
    counts = chance.poisson(expected * ratios)
    frame = pl.DataFrame({"place": names, "count": counts, "expected": expected})
    between = trend.funnel(frame, replicates=199, seed=seed).between
    inside = between.low <= spread <= between.high
    return {"holds": float(inside), "differ": float(between.beyond_chance)}


def provisional(case: Case, seed: int) -> Found:
    chance = np.random.default_rng([seed, 5])
    rows, total = [], 0
    for year in range(2014, 2024):
        means, ratio = 1000 * LATE, case["dispersion"]
        late = counted(chance, means, 0.0)
        if ratio > 1:
            late = chance.negative_binomial(means / (ratio - 1), 1 / ratio)
        total = int(late.sum())
        rows += [(year, year + d, int(n)) for d, n in enumerate(late) if year + d <= 2023]
    frame = pl.DataFrame(rows, schema=["occurred", "reported", "count"], orient="row")
    last = trend.provisional_totals(frame, replicates=400, seed=seed).totals.row(-1, named=True)
    return {"holds": float(last["low"] <= total <= last["high"])}


def arrivals(chance: np.random.Generator, kind: str, mean: float, number: int) -> np.ndarray:
    """Draw weekly reports: by chance, uneven, in batches, or in batches that last over weeks."""
    if kind == "poisson":
        return chance.poisson(mean, number)
    if kind == "uneven":
        return chance.negative_binomial(0.3, 0.3 / (0.3 + mean), number)
    warm = 40
    starts = np.repeat(np.arange(number + warm), chance.poisson(mean / 3, number + warm))
    sent = np.repeat(starts, chance.geometric(1 / 3, len(starts)))
    if kind == "lasting batches":
        sent = sent + np.floor(chance.exponential(3.6, len(sent))).astype(int)
    return np.bincount(sent, minlength=number + warm)[warm : number + warm]


def weekly(series: list[np.ndarray]) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame(
            {
                "reporter": [f"r{n:02d}"] * len(counts),
                "week": [MONDAY + timedelta(weeks=week) for week in range(len(counts))],
                "count": counts.astype(np.int64),
            }
        )
        for n, counts in enumerate(series)
    )


def false_alarms(case: Case, seed: int) -> Found:
    chance, years = np.random.default_rng([seed, 6]), 5
    number = HISTORY + years * 52
    frame = weekly([arrivals(chance, case["kind"], mean, number) for mean in REPORTERS])
    begin = MONDAY + timedelta(weeks=HISTORY)
    found = trend.silence(frame, watch_from=begin, seed=seed)
    return {"alarms a year": len(found.alarms) * 365.25 / (years * 364)}


def silence(_: Case, seed: int) -> Found:
    """Let each reporter stop on a Friday; is that seen by the end of so many weeks?"""
    chance = np.random.default_rng([seed, 7])
    number = HISTORY + 52
    stop = HISTORY + 8  # the week in which it stops, after four days of it
    series = []
    for mean in SILENT:
        counts = chance.poisson(mean, number)
        counts[stop] = chance.poisson(mean * 4 / 7)
        counts[stop + 1 :] = 0
        series.append(counts)
    last = MONDAY + timedelta(weeks=number) - timedelta(days=1)
    begin = MONDAY + timedelta(weeks=HISTORY)
    found = trend.silence(weekly(series), watch_from=begin, until=last, seed=seed)
    stopped = MONDAY + timedelta(weeks=stop, days=4)
    seen = {one.reporter: one.week + timedelta(days=7) - stopped for one in found.now}
    outcome: Found = {}
    for mean in sorted(set(SILENT)):
        mine = [f"r{n:02d}" for n, other in enumerate(SILENT) if other == mean]
        for weeks in WEEKS:
            times = [one in seen and seen[one] <= timedelta(weeks=weeks) for one in mine]
            outcome[f"{mean:g} a week, within {weeks} weeks"] = float(np.mean(times))
    return outcome


def limit(mean: float, weeks: float, *, reporters: int = len(SILENT), a_year: float = 1.0) -> float:
    """Give the share that the best rule for a full silence finds within so many weeks.

    The rule rings after T weeks without a report, where chance leaves such a gap at the rate that
    was agreed: 52.18 × mean × exp(-mean × T) = a_year / reporters. The last report lies an
    exponential time before the silence.
    """
    gap = max(0.0, math.log(365.25 / 7 * mean * reporters / a_year) / mean)
    return math.exp(-mean * max(0.0, gap - weeks))


def guardians(_: Case, seed: int) -> Found:
    nation = simulate_nation(seed=NATIONS[seed])
    delivered = [
        frame.select("reporter", "reported_on")
        for name, frame in nation.deliveries.items()
        if name.startswith("notifications")
    ]
    found = trend.silence(pl.concat(delivered), until=date(2018, 12, 31))
    rang = [one.week for one in found.now if one.reporter == "NIDOS"]
    days = (min(rang) - RULE).days if rang else math.inf
    # `week` is the Monday of the week at whose end the alarm rings
    return {
        "alarm in the eighth week or before": float(days <= 56),
        "rung within 56 days": float(days + 7 <= 56),
        "days until it rang": days + 7.0,
    }


STUDIES: dict[str, tuple[Callable[[Case, int], Found], list[Case], int, int]] = {
    "interruption": (interruption, [{"extra": extra} for extra in (0.0, 0.05, 0.15)], 1000, 20),
    "breaks": (
        breaks,
        [
            {"mean": mean, "extra": extra, "cost": cost}
            for mean in (5.0, 46.0)
            for extra in (0.0, 0.05, 0.15)
            for cost in ("negative-binomial", "poisson")
        ],
        200,
        3,
    ),
    "shuffled": (
        shuffled,
        [{"years": "published"}, *({"extra": extra} for extra in (0.0, 0.02, 0.1))],
        500,
        20,
    ),
    "places": (places, [{"spread": spread} for spread in (0.0, 0.2, 0.4)], 400, 10),
    "provisional": (provisional, [{"dispersion": ratio} for ratio in (1.0, 4.0)], 200, 10),
    "false-alarms": (
        false_alarms,
        [{"kind": kind} for kind in ("poisson", "uneven", "batches", "lasting batches")],
        40,
        1,
    ),
    "silence": (silence, [{}], 100, 3),
    "guardians": (guardians, [{}], len(NATIONS), 1),
}


def outcome(name: str, place: tuple[int, int]) -> Found:
    """Give the outcome of one replicate of one case."""
    draw, cases, _, _ = STUDIES[name]
    number, seed = place
    return draw(cases[number], seed)


def study(name: str, replicates: int, run: Callable[..., Any]) -> list[dict[str, Any]]:
    """Give the mean outcome of every case."""
    cases = STUDIES[name][1]
    places = [(number, seed) for number in range(len(cases)) for seed in range(replicates)]
    found = list(run(partial(outcome, name), places))
    rows = []
    for number, case in enumerate(cases):
        mine = found[number * replicates : (number + 1) * replicates]
        means = {key: float(np.mean([one[key] for one in mine])) for key in mine[0]}
        rows.append({**case, "replicates": replicates, "means": means})
    if name == "silence":
        rows[0]["limit"] = {
            f"{mean:g} a week, within {weeks} weeks": limit(mean, weeks)
            for mean in sorted(set(SILENT))
            for weeks in WEEKS
        }
    if name == "guardians":
        rows[0]["nations"] = [
            {"seed": NATIONS[place[1]], **one} for place, one in zip(places, found, strict=True)
        ]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=[*STUDIES], action="append", help="repeatable")
    parser.add_argument("--quick", action="store_true", help="under a minute, with few replicates")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", choices=["-"], help="one JSON object on standard output")
    asked = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by the processes, which share the cores
    began = time.perf_counter()
    found = {}
    with get_context("spawn").Pool(max(1, asked.workers)) as pool:
        run = partial(pool.imap, chunksize=2)
        for name in asked.only or STUDIES:
            replicates = STUDIES[name][3 if asked.quick else 2]
            found[name] = study(name, replicates, run)
    seconds = time.perf_counter() - began
    if asked.json:
        print(json.dumps({"benchmark": "trend", "seconds": seconds, "studies": found}))
        return
    for name, rows in found.items():
        for row in rows:
            case = {
                key: value
                for key, value in row.items()
                if key not in ("means", "limit", "nations", "replicates")
            }
            print(f"{name} {case or ''} ({row['replicates']} replicates)")
            for key, value in row["means"].items():
                best = f"  (limit {row['limit'][key]:.3f})" if "limit" in row else ""
                print(f"  {key:<40} {value:.3f}{best}")
    print(f"{seconds:.0f} s")


if __name__ == "__main__":
    main()
