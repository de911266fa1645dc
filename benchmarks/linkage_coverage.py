"""Does the interval of the hidden number hold the truth when nobody knows who is who?

Nations are simulated in which the model of the lists is right: four lists see everybody alike and
independently. Whatever an interval misses beyond 5% it owes to the linkage. Each nation is
estimated three times by the same method: by the true persons, by the single best linkage, and by
imputed linkages pooled by Rubin's rules. Errors in names and dates come at the rates of
`simulate_nation`, times a factor for each setting.

With `--folder` every nation is on disk before the next is linked: a study that was stopped goes
on, and the same command with more `--nations` adds to what is there. What `quality()` says is
judged on the first nations only, as its draws cost as much again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

from slachtoffermonitor.estimate import CaptureTable, Selection, combine_linkages
from slachtoffermonitor.ground import write_text
from slachtoffermonitor.link import Linkage, clerical_sample, link_reports, linkage_quality
from slachtoffermonitor.simulate.lists import ListedPersons, simulate_lists

SHARES: Final = {"POL": 0.40, "ZC": 0.40, "OPVANG": 0.35, "KMAR": 0.30}
ERRORS: Final = {"little": 1.0, "moderate": 3.0, "much": 6.0}
PERSONS: Final = 400
DRAWS: Final = 20
REVIEWED: Final = 200
JUDGED: Final = 20
BANDS: Final = (0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 1.0)


def table_of(memberships: pl.DataFrame) -> CaptureTable:
    return CaptureTable.from_memberships(memberships, lists=list(SHARES))


def estimated(tables: list[CaptureTable], persons: int) -> dict[str, float]:
    """Estimate with independent lists, which is the truth here."""
    found = combine_linkages(tables, selection=Selection(max_order=1), bootstrap=0)
    low, high = found.intervals["95"]
    return {
        "bias": found.estimate - persons,
        "width": high - low,
        "covers": float(low <= persons <= high),
        "linkage_share": found.linkage_share,
    }


def pairs_of(frame: pl.DataFrame, *by: str) -> float:
    size = frame.group_by(by).len()["len"].cast(pl.Float64)
    return float((size * (size - 1) / 2).sum())


def judged(linkage: Linkage, nation: ListedPersons, seed: int) -> dict[str, dict[str, float]]:
    """Say whether the intervals of precision and recall hold what they are about."""
    truth = nation.truth.select("notification_id", true_person="person_id")
    both = linkage.reports.join(truth, on="notification_id")
    right = pairs_of(both, "person_id", "true_person")
    true = {
        "precision": right / pairs_of(both, "person_id"),
        "recall": right / pairs_of(both, "true_person"),
    }
    rng = np.random.default_rng(seed)
    person = dict(truth.iter_rows())
    sample = clerical_sample(linkage, REVIEWED, rng).with_columns(
        same_person=pl.col("left").replace_strict(person, return_dtype=pl.String)
        == pl.col("right").replace_strict(person, return_dtype=pl.String)
    )
    found = {
        "model": linkage_quality(linkage, imputations=DRAWS, rng=rng),
        "sample": linkage_quality(linkage, sample, rng=rng),
    }
    answer: dict[str, dict[str, float]] = {}
    for method, quality in found.items():
        for name, value in true.items():
            low, high = quality.intervals[name]
            said = {"precision": quality.precision, "recall": quality.recall}[name]
            answer[f"{method} {name}"] = {
                "true": value,
                "said": said if said is not None else float("nan"),
                "covers": float(low <= value <= high),
            }
    return answer


def calibrated(linkage: Linkage, nation: ListedPersons) -> list[tuple[float, float, float]]:
    """Count pairs, expected matches and true matches by band of probability."""
    pairs = pl.concat([linkage.evidence.pairs, linkage.evidence.unmet_pairs])
    ids = linkage.evidence.reports.select("notification_id")
    person = ids.join(nation.truth, on="notification_id", how="left", maintain_order="left")
    who = person["person_id"].to_numpy()
    same = who[pairs["left"].to_numpy()] == who[pairs["right"].to_numpy()]
    sure = pairs["match_probability"].to_numpy()
    band = np.clip(np.searchsorted(BANDS, sure, side="right") - 1, 0, len(BANDS) - 2)
    return [
        (float((band == at).sum()), float(sure[band == at].sum()), float(same[band == at].sum()))
        for at in range(len(BANDS) - 1)
    ]


Job = tuple[float, int, int, int, Path | None]


def kept(job: Job) -> dict[str, Any]:
    """Give the outcome of a nation, from the folder where it is there."""
    errors, seed, persons, draws, folder = job
    if folder is None:
        return one_nation(errors, seed, persons, draws)
    file = folder / f"{errors:g}-{persons}-{draws}-{seed}.json"
    if not file.exists():
        write_text(file, json.dumps(one_nation(errors, seed, persons, draws)))
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def one_nation(errors: float, seed: int, persons: int, draws: int) -> dict[str, Any]:
    nation = simulate_lists(seed=seed, persons=persons, shares=SHARES, errors=errors)
    linkage = link_reports(nation.notifications, threads=1)
    truly = table_of(nation.notifications.join(nation.truth, on="notification_id"))
    best = table_of(linkage.memberships())
    drawn = linkage.impute(draws, np.random.default_rng(seed))
    imputed = [table_of(draw.memberships()) for draw in drawn]
    true_persons = nation.truth["person_id"].n_unique()
    return {
        "reports": nation.notifications.height,
        "persons": {
            "truth": true_persons,
            "best": linkage.persons.height,
            "imputed": float(np.mean([draw.reports["person_id"].n_unique() for draw in drawn])),
        },
        "truth": estimated([truly, truly], persons),
        "best": estimated([best, best], persons),
        "imputed": estimated(imputed, persons),
        "quality": judged(linkage, nation, seed) if seed < JUDGED else {},
        "calibration": calibrated(linkage, nation),
    }


def summed(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Average over nations, with the Monte-Carlo error of each coverage."""
    answer: dict[str, Any] = {
        "nations": len(found),
        "reports": round(float(np.mean([each["reports"] for each in found])), 1),
        "persons_found": {
            way: round(float(np.mean([each["persons"][way] for each in found])), 1)
            for way in ("truth", "best", "imputed")
        },
    }
    for way in ("truth", "best", "imputed"):
        mean = {name: float(np.mean([each[way][name] for each in found])) for name in found[0][way]}
        coverage = mean["covers"]
        error = (coverage * (1 - coverage) / len(found)) ** 0.5
        spread = float(np.std([each[way]["bias"] for each in found]) / len(found) ** 0.5)
        answer[way] = {
            "coverage": round(coverage, 3),
            "coverage_error": round(error, 3),
            "mean_bias": round(mean["bias"], 1),
            "mean_bias_error": round(spread, 1),
            "mean_width": round(mean["width"], 1),
            "linkage_share": round(mean["linkage_share"], 3),
        }
    judgements = [each["quality"] for each in found if each["quality"]]
    answer["judged"] = len(judgements)
    answer["quality"] = {
        name: {
            key: round(float(np.mean([each[name][key] for each in judgements])), 4)
            for key in ("true", "said", "covers")
        }
        for name in found[0]["quality"]
    }
    counted = np.sum([each["calibration"] for each in found], axis=0)
    answer["calibration"] = [
        {
            "from": BANDS[at],
            "to": BANDS[at + 1],
            "pairs": int(pairs),
            "expected": round(float(expected), 1),
            "true": int(true),
        }
        for at, (pairs, expected, true) in enumerate(counted)
    ]
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", required=True, metavar="FILE", help="where to write; - is stdout")
    parser.add_argument("--nations", type=int, default=100, help="nations of each setting")
    parser.add_argument(
        "--errors", nargs="+", choices=ERRORS, default=[*ERRORS], help="which settings"
    )
    parser.add_argument("--folder", type=Path, help="where outcomes are kept, to go on later")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--quick", action="store_true", help="three nations of each setting")
    options = parser.parse_args()
    nations = 3 if options.quick else options.nations
    draws = 10 if options.quick else DRAWS
    settings = {name: ERRORS[name] for name in options.errors}
    start = time.perf_counter()
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (errors, seed, options.persons, draws, options.folder)
        for errors in settings.values()
        for seed in range(nations)
    ]
    with ProcessPoolExecutor(max_workers=options.workers) as workers:
        found = list(workers.map(kept, jobs))
    result = {
        "persons": options.persons,
        "shares": SHARES,
        "draws": draws,
        "settings": {
            name: {"errors": errors, **summed(found[at * nations : (at + 1) * nations])}
            for at, (name, errors) in enumerate(settings.items())
        },
        "seconds": round(time.perf_counter() - start, 1),
    }
    text = json.dumps(result, indent=2)
    if options.json == "-":
        sys.stdout.write(text + "\n")
    else:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
