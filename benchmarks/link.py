"""How well and how fast reports are linked, in clear and without names, beside Splink alone.

Precision, recall and F1 are of pairs of records, at the threshold that was chosen without truth.
Each data set and mode runs in a process of its own, on what another process made, so that its
peak memory is its own; Splink then links the same frames in the same process (see
`_linkage_splink.py`). `seconds` and `splink_seconds` count everything from frames (or tokens) to
persons. `--quick` runs the smallest set of FEBRL and a small nation, or with `--only` what is asked
for on small nations; `reports` says how many.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from _alone import alone
from _linkage_sets import SEED, LinkageSet, make_set
from _linkage_splink import link_by_splink
from slachtoffermonitor.link import Register, link_reports, new_key, one_report_ms, tokenise
from slachtoffermonitor.link.gathering import deliveries_of, gather_clear
from slachtoffermonitor.link.private import gather_private
from slachtoffermonitor.link.private.attacks import attack_table

FEBRL: Final = ("febrl4", "febrl3", "febrl1", "febrl2")
NATIONS: Final = {"nation_100k": 100_000, "nation_1m": 1_000_000}
QUICK_NATIONS: Final = {"nation_100k": 4_000, "nation_1m": 8_000}
ATTACKED: Final = {"full": 62_500, "quick": 6_000}
ASKED: Final = 100  # new reports, one after another
ATTACKS: Final = "attacks"
ONE_REPORT: Final = "one_report_ms"
QUICK: Final = ("febrl1", "nation_100k", ONE_REPORT)


def scores(found: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Give pairwise precision, recall and F1 of a partition of the records."""
    both = found.select("notification_id", "person_id").join(truth, on="notification_id")

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    together = pairs("person_id", "true_person")
    precision, recall = together / max(pairs("person_id"), 1), together / pairs("true_person")
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 5), "recall": round(recall, 5), "f1": round(f1, 5)}


def make(name: str, reports: int | None, folder: Path) -> float:
    """Make a data set; give the seconds."""
    began = time.perf_counter()
    make_set(name, reports=reports).write(folder)
    return round(time.perf_counter() - began, 1)


def measure(name: str, folder: Path, *, private: bool, document: bool = True) -> dict[str, Any]:
    """Link one data set by ours and by Splink alone."""
    whole = LinkageSet.read(name, folder)
    whole = whole if document else whole.without_document()
    tokens: dict[str, Any] = {}
    if private:
        began = time.perf_counter()
        whole = tokens_of(whole)
        tokens = {"tokenise_seconds": round(time.perf_counter() - began, 2)}
    return {**compared(whole, private=private), **tokens}


def tokens_of(whole: LinkageSet) -> LinkageSet:
    """Replace identity by tokens, of the default parameters."""
    key = new_key()
    frames = tuple(tokenise(frame, key, columns=whole.columns) for frame in whole.frames)
    return replace(whole, frames=frames, columns=None)


def compared(whole: LinkageSet, *, private: bool) -> dict[str, Any]:
    """Give what the contract of the benchmark asks of one data set in one mode."""
    frames, columns = list(whole.frames), whole.columns
    few = [frame.head(300) for frame in frames]  # what is loaded once is not counted
    link_reports(few, private=private, mode=whole.mode, columns=columns)
    began = time.perf_counter()
    linkage = link_reports(frames, private=private, mode=whole.mode, columns=columns)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    quality = linkage.quality(imputations=0)
    ours = {
        "reports": linkage.reports.height,
        **scores(linkage.reports, whole.truth),
        "seconds": round(seconds, 2),
        "peak_memory_mb": round(peak),
        "threshold": round(linkage.threshold, 4),
        "expected_precision": round(quality.precision or 0, 4),
        "expected_recall": round(quality.recall or 0, 4),
    }
    del linkage
    began = time.perf_counter()
    deliveries = deliveries_of(frames, mode=whole.mode, duplicate_free=None, population=None)
    gathered = gather_private(deliveries) if private else gather_clear(deliveries, columns)
    by_splink = link_by_splink(gathered)
    splink_seconds = time.perf_counter() - began
    return {
        **ours,
        "splink_seconds": round(splink_seconds, 2),
        "ratio_of_seconds": round(seconds / splink_seconds, 2),
        "splink_f1": scores(by_splink, whole.truth)["f1"],
    }


def measure_one_report(name: str, folder: Path, *, private: bool) -> dict[str, float]:
    """Ask a register of all reports but a hundred about those, one after another, on one core."""
    whole = LinkageSet.read(name, folder)
    (rows,) = (tokens_of(whole) if private else whole).frames
    linkage = link_reports(rows[ASKED:], private=private)
    register = Register.of(rows[ASKED:], linkage)
    return dict(one_report_ms(register, rows.head(ASKED)))


def measure_attacks(persons: int) -> dict[str, Any]:
    """Attack the tokens of a nation, with and without hardening."""
    return attack_table(seed=SEED, persons=persons)


def measured(wanted: set[str], nations: Mapping[str, int], persons: int) -> Iterator[Any]:
    """Measure what is wanted: name by name, with what was found."""
    for name in (*FEBRL, *nations):
        one_report = name == "nation_100k" and ONE_REPORT in wanted
        if name not in wanted and not one_report:
            continue
        with TemporaryDirectory(prefix="link-benchmark-") as place:
            folder = Path(place)
            seconds = alone(make, name, nations.get(name), folder)
            if name in wanted:
                yield name, measured_set(name, folder) | {"seconds_to_make": seconds}
            if one_report:
                asked = {
                    mode: alone(measure_one_report, name, folder, private=mode == "private")
                    for mode in ("clear", "private")
                }
                yield ONE_REPORT, asked["clear"]["median"]
                yield f"{ONE_REPORT}_details", asked
    if ATTACKS in wanted:
        yield ATTACKS, alone(measure_attacks, persons)


def measured_set(name: str, folder: Path) -> dict[str, Any]:
    """Measure one data set in both modes, and the numbered files without their number too."""
    found: dict[str, Any] = {
        mode: alone(measure, name, folder, private=mode == "private")
        for mode in ("clear", "private")
    }
    if name in FEBRL:
        found["without_document"] = {
            mode: alone(measure, name, folder, private=mode == "private", document=False)
            for mode in ("clear", "private")
        }
    return found


HEADS: Final = ("reports", "precision", "recall", "f1", "seconds", "splink_seconds")
MORE: Final = ("ratio_of_seconds", "splink_f1", "peak_memory_mb")


def table_of(result: Mapping[str, Any]) -> Iterator[str]:
    """Write the result for people, line by line."""
    yield f"{'':38}" + "".join(f"{head.removesuffix('_of_seconds'):>16}" for head in HEADS + MORE)
    for name in (*FEBRL, *NATIONS):
        sets = {name: result.get(name, {})}
        sets[f"{name} without document"] = sets[name].get("without_document", {})
        for title, modes in sets.items():
            for mode in ("clear", "private"):
                if mode in modes:
                    row = "".join(f"{modes[mode][head]:>16,}" for head in HEADS + MORE)
                    yield f"{title + ', ' + mode:38}{row}"
    if ONE_REPORT in result:
        yield f"one report, milliseconds (median): {result[ONE_REPORT]:.0f}"
    for hardening, found in result.get(ATTACKS, {}).get("hardenings", {}).items():
        yield f"hardening: {hardening}; F1 {found['f1']:.4f} ({-found['f1_cost']:+.4f})"
        for row in found["attacks"]:
            yield (
                f"    {row['attack']:>12} on {row['field']:8} by one who {row['attacker']:28}"
                f"{row['rate']:8.3f}   chance {row['chance']:.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few sets and small nations, in about a minute"
    )
    known = (*FEBRL, *NATIONS, ONE_REPORT, ATTACKS)
    parser.add_argument("--only", action="append", choices=known, help="may be repeated")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    arguments = parser.parse_args()
    nations = QUICK_NATIONS if arguments.quick else NATIONS
    wanted = set(arguments.only or (QUICK if arguments.quick else known))
    persons = ATTACKED["quick" if arguments.quick else "full"]
    result: dict[str, Any] = {}
    for name, found in measured(wanted, nations, persons):
        result[name] = found
        sys.stderr.write(f"{name}: done\n")
    if arguments.json:
        print(json.dumps(result))
        return
    for line in table_of(result):
        print(line)


if __name__ == "__main__":
    main()
