"""Synthetic records: what they keep of the counts, and what attacks learn from them.

The records are the first notifications of people in the simulated nation, in the CTDC schema:
7,600 are synthesised, the others are the control of the attacks. `wide` adds invented answers for
the fields that a register here does not hold, so that all 27 vary. `pac-synth` (MIT), the engine
behind the published CTDC file, gets the same records where it is installed. Attacks are held
against releases that leak (a copy, a bootstrap) and one that cannot (independent margins).
`--quick` takes a small nation, six fields and one epsilon, and says so.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl

from slachtoffermonitor.disclose import attack_microdata, measure_utility, synthesise, to_ctdc
from slachtoffermonitor.simulate import simulate_nation

SIZE = 7600
DELTA = 1e-6
EPSILONS = (1.0, 2.0, 4.0, 8.0)
NARROW = ["yearOfRegistration", "gender", "ageBroad", "citizenship"]
NARROW += ["isForcedLabour", "isSexualExploit"]
PUBLISHED = {
    "engine": "pac-synth",
    "epsilon": 4,
    "records": SIZE,
    "three_way_error": 17,
    "three_way_mean": 53,
    "three_way_missed": 0.15,
}


def say(step: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {step}", file=sys.stderr, flush=True)


def first_notifications(persons: int | None) -> pl.DataFrame:
    nation = simulate_nation(seed=19, persons=persons)
    tables = [one for name, one in nation.deliveries.items() if name.startswith("notifications-")]
    whose = nation.truth["notification_person"].select("notification_id", "person_id")
    first = (
        pl.concat(tables)
        .join(whose, on="notification_id")
        .sort("reported_on", "notification_id")
        .unique("person_id", keep="first", maintain_order=True)
    )
    return to_ctdc(first).sample(fraction=1, shuffle=True, seed=1)


def widened(records: pl.DataFrame) -> pl.DataFrame:
    """Invent answers on control and sectors that hang together with form and gender."""
    draw = np.random.default_rng(23)
    size = records.height
    labour = records["isForcedLabour"].eq("1").to_numpy()
    sexual = records["isSexualExploit"].eq("1").to_numpy()
    hard = draw.random(size)
    columns = {}
    means = ("DebtBondageEarnings", "Threats", "AbusePsyPhySex", "FalsePromises")
    means += ("DrugsAlcohol", "DenyBasicNeeds", "ExcessiveWorkHours", "WithholdDocs")
    for place, name in enumerate(means):
        lean = 0.15 + 0.25 * (labour if place % 2 == 0 else sexual) + 0.4 * hard
        told = draw.random(size) < 0.7
        columns[f"means{name}"] = np.where(
            told, (draw.random(size) < lean).astype(int).astype(str), ""
        )
    for stem, names, form in (
        ("Labour", ("Agriculture", "Construction", "DomesticWork", "Hospitality"), labour),
        ("Sex", ("Prostitution", "Pornography"), sexual),
    ):
        told = form & (draw.random(size) < 0.8)
        for place, name in enumerate(names):
            yes = draw.random(size) < 0.5 / (1 + place)
            columns[f"sectorOf{stem}{name}"] = np.where(told, yes.astype(int).astype(str), "")
    return records.with_columns(pl.Series(name, values) for name, values in columns.items())


def by_pac_synth(records: pl.DataFrame, epsilon: float) -> pl.DataFrame | None:
    if find_spec("pacsynth") is None:
        return None
    pac = import_module("pacsynth")
    flags = [one for one in records.columns if set(records[one].unique()) <= {"", "0", "1"}]
    rows = [records.columns, *(list(row) for row in records.iter_rows())]
    parameters = (
        pac.DpAggregateSeededParametersBuilder()
        .reporting_length(3)
        .epsilon(epsilon)
        .delta(DELTA)
        .build()
    )
    engine = pac.DpAggregateSeededSynthesizer(parameters)
    engine.fit(pac.Dataset(rows, sensitive_zeros=flags))
    head, *made = engine.sample()
    return pl.DataFrame(made, schema=head, orient="row")


def kept(records: pl.DataFrame, made: pl.DataFrame, seconds: float) -> dict[str, Any]:
    found = {str(one.ways): asdict(one) for one in measure_utility(records, made)}
    return {"rows": made.height, "seconds": round(seconds, 1), "ways": found}


def attacked(
    records: pl.DataFrame, made: pl.DataFrame, control: pl.DataFrame, **promised: float
) -> dict[str, Any]:
    found = attack_microdata(records, made, control, **promised)  # type: ignore[arg-type]
    most = {
        kind: asdict(max((one for one in found.risks if one.kind == kind), key=lambda one: one.low))
        for kind in ("singling-out", "linkability", "inference")
    }
    told = asdict(found.membership)
    return {"standing": list(found.standing()), "largest": most, "membership": told}


def one_epsilon(
    records: pl.DataFrame, control: pl.DataFrame | None, epsilon: float
) -> dict[str, Any]:
    say(f"epsilon {epsilon:g}, {len(records.columns)} fields: synthesis")
    began = time.monotonic()
    made = synthesise(records, epsilon=epsilon, delta=DELTA, source="simulated")
    found = {"ours": kept(records, made.fields(), time.monotonic() - began)}
    if control is not None:
        say(f"epsilon {epsilon:g}: attacks")
        found["attack"] = attacked(records, made.fields(), control, epsilon=epsilon, delta=DELTA)
    began = time.monotonic()
    other = by_pac_synth(records, epsilon)
    if other is not None:
        found["pac_synth"] = kept(records, other, time.monotonic() - began)
    return found


def leaky(records: pl.DataFrame, control: pl.DataFrame) -> dict[str, Any]:
    margins = pl.DataFrame(
        {
            name: records[name].sample(records.height, shuffle=True, seed=place)
            for place, name in enumerate(records.columns)
        }
    )
    releases = {
        "copy": records,
        "bootstrap": records.sample(records.height, with_replacement=True, seed=2),
        "independent_margins": margins,
    }
    found = {}
    for name, made in releases.items():
        say(f"attacks on {name}")
        found[name] = attacked(records, made, control)
    return found


def tell(answer: dict[str, Any]) -> None:
    for name, by_epsilon in answer["sets"].items():
        print(f"\n{name}: {answer['records'][name]}")
        for epsilon, found in by_epsilon.items():
            for engine in (one for one in ("ours", "pac_synth") if one in found):
                for ways, one in found[engine]["ways"].items():
                    print(
                        f"  epsilon {epsilon:>3} {engine:>9} {ways}-way: mean "
                        f"{one['mean_count']:.1f}, off by {one['mean_error']:.1f} "
                        f"({one['relative']:.1%}), missed {one['missed']:.1%} "
                        f"({one['missed_records']:.2%} of records), made up "
                        f"{one['fabricated']:.1%}, {found[engine]['seconds']} s"
                    )
            if "attack" in found:
                told = found["attack"]["membership"]
                print(f"    attacks that stand: {found['attack']['standing']}; membership {told}")
    for name, found in answer["leaky"].items():
        print(f"{name}: {len(found['standing'])} attacks stand; {found['standing']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small nation, under a minute")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    options = parser.parse_args()
    say("a simulated nation")
    everyone = first_notifications(12_000 if options.quick else None)
    size = int(everyone.height * 0.8) if options.quick else SIZE
    if options.quick:
        everyone = everyone.select(NARROW)
    records, control = everyone.head(size), everyone.tail(everyone.height - size)
    epsilons = (4.0,) if options.quick else EPSILONS
    sets = {"register": {f"{one:g}": one_epsilon(records, control, one) for one in epsilons}}
    shapes = {"register": {"records": size, "fields": len(records.columns)}}
    if not options.quick:
        wide = widened(records)
        sets["wide"] = {"4": one_epsilon(wide, None, 4.0)}
        shapes["wide"] = {"records": size, "fields": len(wide.columns)}
    answer = {
        "quick": options.quick,
        "simulated": True,
        "delta": DELTA,
        "records": shapes,
        "control": control.height,
        "sets": sets,
        "leaky": leaky(records, control),
        "published_trial": PUBLISHED,
    }
    if options.json:
        print(json.dumps(answer))
    else:
        tell(answer)


if __name__ == "__main__":
    main()
