"""Splink called directly with the settings of a linkage: the judge of what ours adds and costs.

The same features, comparisons, blocks, number of random pairs and threads; Splink's own training
(random sampling and expectation-maximisation within two training blocks), its own adjustment for
the frequency of a value, its own prediction and its own clusters, at a match probability of one
half.
"""

from __future__ import annotations

import logging
from typing import Any, Final

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from slachtoffermonitor.link.engine import Gathered, with_rarity
from slachtoffermonitor.link.engine.blocking import block
from slachtoffermonitor.link.engine.compare import SAMPLED_PAIRS
from slachtoffermonitor.link.model import ModelDesign, splink_settings

THRESHOLD: Final = 0.5
TRAINING_BLOCKS: Final = {
    "clear": (("birth_full",), ("given", "surname")),
    "private": (
        ("birth_year_token", "birth_month_token", "birth_day_token"),
        ("given_token", "surname_token"),
    ),
}


def link_by_splink(gathered: Gathered, *, seed: int = 1, threads: int = 2) -> pl.DataFrame:
    """Link by Splink alone: `notification_id` and `person_id`."""
    design = gathered.design
    blocked = block(tuple(with_rarity(table.features, design) for table in gathered.tables), design)
    logging.getLogger("splink").setLevel(logging.CRITICAL + 1)
    with duckdb.connect(":memory:", config={"threads": threads}) as connection:
        api = DuckDBAPI(connection=connection)
        for macro in design.macros:
            connection.execute(macro)
        derived = "".join(f", {sql} AS {name}" for name, sql in design.derived.items())
        tables = []
        for place, frame in enumerate(blocked.tables):
            connection.register("handed_over", frame.to_arrow())
            name = f"records_{place}"
            connection.execute(f"CREATE TABLE {name} AS SELECT *{derived} FROM handed_over")  # noqa: S608
            connection.unregister("handed_over")
            tables.append(api.register(name, table_name=name))
        linker = Linker(
            tables,
            _settings(design, len(tables), blocked.columns),
            log_level=None,
            validate_settings=False,
        )
        linker.training.estimate_u_using_random_sampling(
            max_pairs=float(SAMPLED_PAIRS), seed=seed, min_count_per_level=None
        )
        for columns in TRAINING_BLOCKS[design.name]:
            linker.training.estimate_parameters_using_expectation_maximisation(
                " AND ".join(f"l.{name} = r.{name}" for name in columns),
                estimate_without_term_frequencies=True,
            )
        pairs = linker.inference.predict(
            threshold_match_probability=THRESHOLD, warning_mode="never"
        )
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
        found = clusters.as_duckdbpyrelation().project("record, cluster_id").pl()
    named = gathered.reports.select("record", "notification_id")
    return named.join(found, on="record").select(
        "notification_id", person_id=pl.col("cluster_id").cast(pl.String)
    )


def _settings(design: ModelDesign, tables: int, blocks: tuple[str, ...]) -> Any:
    """Give our settings, with Splink's own adjustment for the frequency of a name."""
    link_type = "dedupe_only" if tables == 1 else "link_only"
    model: Any = splink_settings(design, link_type, blocks=blocks)
    frequency = {each.name: each.frequency for each in design.weighed_by_frequency}
    for comparison in model["comparisons"]:
        weighed = frequency.get(comparison["output_column_name"])
        if weighed is not None:
            comparison["comparison_levels"][1]["tf_adjustment_column"] = weighed
    return model
