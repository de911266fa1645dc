"""What goes into the engine, and what comes out: tables of features, and evidence about pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.model import ModelDesign

__all__ = ["Evidence", "Gathered", "LearnedModel", "LinkTable"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LinkTable:
    """Records to link, as the features of a design.

    Attributes:
        name: `report`, or `register`, or the name of a delivery.
        features: `record` (Int64, numbered on through all tables) and the features of the design.
        duplicate_free: no two of its records are of one person.

    """

    name: str
    features: pl.DataFrame
    duplicate_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gathered:
    """All that a linkage starts from, checked.

    Attributes:
        design: what is compared.
        tables: of features; first the reports, then the register where there is one. Records are
            numbered from 0 in the order of `reports`, then `register`.
        reports: what each report says besides names: `notification_id` and those of the columns
            of `records.Notification` by which persons are described.
        register: the same of the population register, with `person_id`; or None.
        verdicts: pairs `left` < `right` (record numbers) that were reviewed, and whether each is
            the `same_person`; or None.

    """

    design: ModelDesign
    tables: tuple[LinkTable, ...]
    reports: pl.DataFrame
    register: pl.DataFrame | None = None
    verdicts: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LearnedModel:
    """What agreement weighs: learned once, and applied to any further pair.

    Attributes:
        m: per comparison, how often matched pairs reach each level, `different` first.
        u: per comparison, how often other pairs do, one row for each background.
        share: of all possible pairs, those that are one person.
        left_records, right_records: how many records there were to compare.
        left_once: a right record is one person with one left record at most.
        right_once: a left record is one person with one right record at most.

    """

    m: Mapping[str, Floats]
    u: Mapping[str, Floats]
    share: float
    left_records: int
    right_records: int
    left_once: bool
    right_once: bool


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Evidence:
    """Which pairs were compared and how likely each is one person, before anything is decided.

    Attributes:
        design: what was compared.
        records: `record`, `table`, `duplicate_free`, and the features of the design's guard.
        reports, register: as gathered.
        pairs: `left` < `right` (record numbers), `left_is`, `right_is` (names of tables), `bits`
            of evidence before the prior, `match_probability` (at least 0.001, or reviewed),
            `verdict` (Boolean, null where nobody reviewed), and per comparison the level reached.
        unmet_pairs: the same of pairs that met in no block. They are never joined, and belong to
            the doubt. Known within small tables, where all pairs are looked at; else empty.
        weak_pairs: the same of the looked-at pairs below that probability whose records hang
            together through `pairs` and `unmet_pairs`: what speaks against a chain.
        rules: per pair of tables and blocking rule, how many pairs it brought together.
        learned: what was learned, by the names of the two tables.
        weights: the same as a table, see `Linkage.weights`.
        expected_matches: number of compared pairs expected to be one person.
        unmet_matches: number of looked-at pairs that met in no block and are expected to be one.

    """

    design: ModelDesign
    records: pl.DataFrame
    reports: pl.DataFrame
    register: pl.DataFrame | None
    pairs: pl.DataFrame
    unmet_pairs: pl.DataFrame
    weak_pairs: pl.DataFrame
    rules: pl.DataFrame
    learned: Mapping[tuple[str, str], LearnedModel]
    weights: pl.DataFrame
    expected_matches: float
    unmet_matches: float = 0.0
