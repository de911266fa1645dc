"""Protection of the edition's set of tables by every method, of larger sets, and of naive ones.

The people are those of the simulated nation, linked as in an edition. `edition` is the set that the
site shows; `three_way` is year × form × first reporter × age × sex × citizenship group with all
margins up to three ways; `large` is an invented register of six dimensions. `pytauargus`, where it
is installed, protects the same tables one by one in the same run. `--quick` takes a small nation,
margins of two ways and a small large set, and says so.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import sys
import tempfile
import time
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from slachtoffermonitor.disclose import Rules, Table, attack, protect, release
from slachtoffermonitor.edition import Settings
from slachtoffermonitor.edition.deliveries import simulate_deliveries
from slachtoffermonitor.edition.tables.changes import register_changes
from slachtoffermonitor.edition.tables.following import waiting_table
from slachtoffermonitor.edition.tables.registered import describe_registered, registered_tables
from slachtoffermonitor.link import link_reports

BY = ("year", "form", "reporter", "age_band", "sex", "citizenship_group")
SECRET = b"a key for the benchmark alone"


def say(step: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {step}", file=sys.stderr, flush=True)


def registered(persons: int) -> tuple[pl.DataFrame, list[Table]]:
    """Give the persons by year with their codes, and the tables of them that the site shows."""
    settings = Settings()
    settings = replace(settings, deliveries=replace(settings.deliveries, persons=persons))
    deliveries = simulate_deliveries(settings)
    notifications = deliveries.get("notifications")
    linkage = link_reports(notifications, seed=settings.edition.seed)
    memberships = linkage.memberships()
    described = describe_registered(linkage.persons, memberships, settings.years)
    first = (
        memberships.sort("first_reported_on", "reporter")
        .group_by("person_id", "year", maintain_order=True)
        .agg(pl.col("reporter").first())
    )
    people = described.join(first, on=["person_id", "year"]).select(BY).cast(pl.String)
    tables = [
        *registered_tables(described, memberships, "simulated"),
        register_changes(described, memberships, "simulated"),
        waiting_table(deliveries.get("care_requests"), settings, "simulated"),
    ]
    return people, tables


def invented(size: int, **codes: int) -> pl.DataFrame:
    """Draw people whose codes are as unevenly spread as those of a register."""
    generator = np.random.default_rng(19)
    weights = {name: 1 / np.arange(1, number + 1) ** 1.1 for name, number in codes.items()}
    return pl.DataFrame(
        {
            name: [f"{name}{i}" for i in generator.choice(len(w), size, p=w / w.sum())]
            for name, w in weights.items()
        }
    )


def margins(people: pl.DataFrame, ways: int) -> list[Table]:
    return [
        Table.from_frame(
            people.group_by(by).agg(pl.len().cast(pl.Int64).alias("count")).sort(by),
            name=" × ".join(by),
        )
        for way in range(1, ways + 1)
        for by in itertools.combinations(people.columns, way)
    ]


def measured(tables: list[Table], rules: Rules) -> dict[str, Any]:
    began = time.perf_counter()
    protected = protect(tables, rules, secret=SECRET, watch=say)
    figures = protected.figures
    undecided = sum(not breach.decided for breach in protected.breaches)
    return {
        "cells": int(figures["cells"]),
        "seconds": round(time.perf_counter() - began, 1),
        "suppressed": int(figures["suppressed"]),
        "unsafe": int(figures.get("unsafe", 0)),
        "suppressed_counts": int(figures["suppressed_counts"]),
        "loss": round(
            (figures["suppressed_counts"] + figures["absolute_change"])
            / max(figures["total_counts"], 1),
            4,
        ),
        "relative_change": round(figures["relative_change"], 4),
        "gap": round(figures["gap"], 4) if "gap" in figures else _gap(figures),
        "unproven": int(figures.get("unproven", 0)) + undecided,
        "further": int(figures.get("further", 0)),
        "broken": len(protected.breaches) - undecided,
    }


def _gap(figures: Any) -> float | None:
    if "bound" not in figures or not figures["absolute_change"]:
        return None
    return round(1 - figures["bound"] / figures["absolute_change"], 4)


def naive(people: pl.DataFrame, tables: list[Table], rules: Rules) -> dict[str, Any]:
    """Protect as a naive tool does, and count what an attack finds."""
    count = pl.col("count")
    small = count.is_between(1, rules.minimum - 1)
    alone = [_like(table, pl.when(~small).then(count)) for table in tables]
    near = ((count / rules.base).round() * rules.base).cast(pl.Int64)
    rounded = [_like(table, near) for table in tables]
    whole = [_with_totals(people, list(table.dimensions)) for table in tables]
    one_by_one = [
        release(protect([table], replace(rules, method="suppression")))[table.name]
        for table in whole
    ]
    found = {
        "primary_alone": attack(alone, rules=rules),
        "one_by_one": attack(one_by_one, rules=rules),
    }
    answer: dict[str, Any] = {
        name: {
            "broken": sum(breach.decided for breach in breaches),
            "exact": sum(breach.low == breach.high for breach in breaches),
        }
        for name, breaches in found.items()
    }
    off = attack(rounded, rules=replace(rules, sliding=2), method="nearest")
    answer["independent_rounding"] = {"broken": sum(breach.decided for breach in off)}
    answer["broken"] = sum(one["broken"] for one in answer.values())
    return answer


def _like(table: Table, count: pl.Expr) -> Table:
    return Table.from_frame(table.frame.with_columns(count.alias("count")), name=table.name)


def peer(people: pl.DataFrame, tables: list[Table], rules: Rules) -> dict[str, Any] | None:
    """Protect some of the same tables, one by one, by tau-Argus and by this software."""
    try:
        import pytauargus
    except ImportError:
        return None
    chosen = [table for table in tables if len(table.dimensions) == 2][:6]
    answer = []
    for table in chosen:
        by = list(table.dimensions)
        records = people.select(by).with_columns(n=pl.lit(1))
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            began = time.perf_counter()
            try:
                result = pytauargus.protect(
                    records,
                    by,
                    "n",
                    safety_rules=f"FREQ({rules.minimum},{10 * rules.width})",
                    suppress="OPT(1,60)",
                    workdir=folder,
                )
                rows = result.tables[0].rows
                error = None
            except Exception as problem:
                rows, error = [], str(problem)[:200]
            seconds = time.perf_counter() - began
        began = time.perf_counter()
        whole = _with_totals(people, by)
        ours = protect([whole], replace(rules, method="suppression", seconds=30))
        answer.append(
            {
                "table": table.name,
                "cells": whole.frame.height,
                "peer_suppressed": sum(row["status"] in "UM" for row in rows),
                "peer_broken": len(attack([_of_peer(rows, by)], rules=rules)) if rows else None,
                "peer_seconds": round(seconds, 2),
                "peer_error": error,
                "suppressed": int(ours.figures["suppressed"]),
                "seconds": round(time.perf_counter() - began, 2),
                "gap": round(ours.figures["gap"], 4),
            }
        )
    return {"tables": answer}


def _of_peer(rows: list[dict[str, Any]], by: list[str]) -> Table:
    """Give the table as tau-Argus leaves it, what it hides being null."""
    frame = pl.DataFrame(
        [
            {name: str(row[name]) for name in by}
            | {"count": None if row["status"] in "UM" else int(row["n"])}
            for row in rows
        ],
        schema={name: pl.String for name in by} | {"count": pl.Int64},
    )
    return Table.from_frame(frame, name=" × ".join(by), total="Total")


def _with_totals(people: pl.DataFrame, by: list[str]) -> Table:
    frames = [
        people.with_columns(pl.lit("TOTAL").alias(name) for name in gone).group_by(by).len("count")
        for way in range(len(by) + 1)
        for gone in itertools.combinations(by, way)
    ]
    frame = pl.concat(frames).with_columns(pl.col("count").cast(pl.Int64)).sort(by)
    return Table.from_frame(frame, name=" × ".join(by))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sets, a minute or two")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    parser.add_argument("--seconds", type=float, help="limit per method and set")
    parser.add_argument(
        "--only", choices=["edition", "three_way", "naive", "large", "peer"], help="one part"
    )
    arguments = parser.parse_args()
    quick = arguments.quick
    seconds = arguments.seconds or (20 if quick else 100)
    people, shown = registered(6_250 if quick else 62_500)
    tables = margins(people, 2 if quick else 3)
    rules = Rules(method="suppression", seconds=seconds)
    result: dict[str, Any] = {"quick": quick, "persons": people.height}
    if arguments.only in (None, "edition"):
        result["edition"] = {
            method: measured(shown, replace(rules, method=method, epsilon=4.0, sliding=wide))
            for method, wide in (
                ("suppression", None),
                ("rounding", None),
                ("cell-key", 2),
                ("noise", None),
            )
        }
    if arguments.only in (None, "three_way"):
        result["three_way"] = {
            method: measured(tables, replace(rules, method=method))
            for method in ("suppression", "rounding")
        }
    if arguments.only in (None, "naive"):
        result["naive"] = naive(
            people, margins(people, 2), replace(rules, seconds=min(seconds, 60))
        )
    if arguments.only in (None, "large"):
        shape = {"year": 10, "form": 12, "reporter": 14, "age": 10, "sex": 3, "country": 20}
        large = margins(invented(5_000 if quick else 30_000, **shape), 2 if quick else 3)
        result["large"] = {
            method: measured(large, replace(rules, method=method, seconds=share * seconds))
            for method, share in (("suppression", 2.4), ("rounding", 1.2))
        }
    if arguments.only in (None, "peer"):
        result["peer"] = peer(people, tables, rules)
    print(json.dumps(result, ensure_ascii=False, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
