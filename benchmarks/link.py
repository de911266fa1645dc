"""How well and how fast reports are linked, beside Splink called directly in the same run.

`--quick` links a smaller nation in under a minute. Splink gets the same features, comparisons,
blocking rules and number of random pairs, adjusts for the frequency of names and trains in its
own way.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from slachtoffermonitor.link import Linkage, link_reports
from slachtoffermonitor.link.engine import with_rarity
from slachtoffermonitor.link.features import clear_features, features_from
from slachtoffermonitor.link.model import ModelDesign, clear_design, splink_settings
from slachtoffermonitor.simulate import simulate_nation

RANDOM_PAIRS = 500_000.0
TRAINING_RULES = ("l.birth_full = r.birth_full", "l.given = r.given AND l.surname = r.surname")
PERSONS = {"quick": 12_500, "full": 62_500}


def scores(found: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Give pairwise precision, recall and F1 of a partition of the notifications."""
    both = found.select("notification_id", "person_id").join(
        truth.select("notification_id", true_person="person_id"), on="notification_id"
    )

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    together = pairs("person_id", "true_person")
    precision, recall = together / pairs("person_id"), together / pairs("true_person")
    f1 = 2 * precision * recall / (precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def own_settings(design: ModelDesign) -> Any:
    """Give our settings, with Splink's own adjustment for the frequency of a name."""
    model: Any = splink_settings(design, "dedupe_only")
    for comparison in model["comparisons"]:
        if comparison["output_column_name"] in ("given", "surname"):
            same = comparison["comparison_levels"][1]
            same["tf_adjustment_column"] = comparison["output_column_name"]
    return model


def by_splink(reports: pl.DataFrame) -> pl.DataFrame:
    """Link by Splink alone: its own training, clusters at a match probability of one half."""
    ordered = reports.sort("notification_id")
    design = clear_design(features_from(set(reports.columns)))
    features = with_rarity(clear_features(ordered, first_record=0), design)
    logging.getLogger("splink").setLevel(logging.CRITICAL + 1)
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        table = DuckDBAPI(connection=connection).register(features.to_arrow())
        linker = Linker(table, own_settings(design), log_level=None, validate_settings=False)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=RANDOM_PAIRS, seed=1, min_count_per_level=None
        )
        for rule in TRAINING_RULES:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        pairs = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.5)
        found = clusters.as_duckdbpyrelation().project("record, cluster_id").pl()
    return found.sort("record").select(
        ordered["notification_id"], pl.col("cluster_id").cast(pl.String).alias("person_id")
    )


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = run()
    return result, round(time.perf_counter() - start, 2)


def measure(persons: int) -> dict[str, Any]:
    nation = simulate_nation(seed=2024, persons=persons)
    deliveries = [
        table for name, table in nation.deliveries.items() if name.startswith("notifications-")
    ]
    reports, truth = pl.concat(deliveries), nation.truth["notification_person"]
    link_reports(reports.head(200), seed=1)  # what is loaded once is not counted
    ours, seconds = timed(lambda: link_reports(reports, seed=1))
    splink, splink_seconds = timed(lambda: by_splink(reports))
    population = nation.deliveries["population"]
    with_register, register_seconds = timed(
        lambda: link_reports(reports, population=population, seed=1)
    )
    return {
        "reports": reports.height,
        "population": population.height,
        "nation": scores(ours.reports, truth) | expected(ours) | {"seconds": seconds},
        "nation_with_register": scores(with_register.reports, truth)
        | expected(with_register)
        | register_scores(with_register, truth)
        | {"seconds": register_seconds},
        "splink_directly": scores(splink, truth) | {"seconds": splink_seconds},
        "ratio_of_seconds": round(seconds / splink_seconds, 2),
    }


def expected(linkage: Linkage) -> dict[str, float]:
    quality = linkage.quality()
    return {
        "threshold": round(linkage.threshold, 4),
        "expected_precision": round(quality.precision or 0, 4),
        "expected_recall": round(quality.recall or 0, 4),
    }


def register_scores(linkage: Linkage, truth: pl.DataFrame) -> dict[str, float]:
    """Give how many reports found their person in the population register."""
    found = linkage.reports.join(
        linkage.persons.select("person_id", "register_id"), on="person_id"
    ).join(truth.select("notification_id", "resident_id"), on="notification_id")
    right = found.filter(pl.col("register_id") == pl.col("resident_id")).height
    return {
        "register_precision": round(right / found["register_id"].count(), 4),
        "register_recall": round(right / found["resident_id"].count(), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller nation, under a minute")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    arguments = parser.parse_args()
    result = measure(PERSONS["quick" if arguments.quick else "full"])
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name}: {value}", file=sys.stdout)


if __name__ == "__main__":
    main()
