"""Synthetic records: rows that are nobody, with the counts of the records that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from slachtoffermonitor.disclose.synthetic.checking import check_ctdc
from slachtoffermonitor.disclose.synthetic.encoding import decode, encode
from slachtoffermonitor.disclose.synthetic.fields import (
    BLANK,
    MARK,
    ctdc_attributes,
    ctdc_fields,
)
from slachtoffermonitor.disclose.synthetic.model import learn, sample
from slachtoffermonitor.disclose.synthetic.privacy import Budget, promise

__all__ = ["Source", "SyntheticRecords", "synthesise"]

Source = Literal["real", "simulated"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticRecords:
    """Synthetic records in the CTDC schema, and what they promise.

    `frame` has all fields of the schema as strings (blank is "") and the column `synthetic`, which
    says so in every row. `measured` are the counts that were asked for, `kept` how many codes of
    each open list stay; the others cannot be told from noise, and are blank.
    """

    frame: pl.DataFrame = field(repr=False)
    epsilon: float
    delta: float
    most_records: int
    source: Source
    carried: tuple[str, ...]
    measured: tuple[tuple[str, ...], ...]
    kept: Mapping[str, int]

    def fields(self) -> pl.DataFrame:
        """Give the fields that the records carried, without the mark."""
        return self.frame.select(self.carried)


def synthesise(
    records: pl.DataFrame,
    *,
    epsilon: float,
    delta: float = 1e-6,
    source: Source = "real",
    most_records: int = 1,
    seed: int = 0,
    watch: Callable[[str], None] = lambda _: None,
) -> SyntheticRecords:
    """Which records, of nobody, have about the counts of these records?

    What goes wrong if misused: every call spends epsilon anew; book it in the `Ledger` and stay
    within the budget of all releases together. Counts of few people are mostly noise: do not read
    a rare combination as a fact. An analysis that asks for more than three fields at once sees
    what the model supposes, not what was.

    Assumes:
        One person has at most `most_records` rows.

    Args:
        records: in the CTDC schema (`to_ctdc` makes it of notifications or persons); fields may
            be left out.
        epsilon: of differential privacy, for adding or leaving out one person.
        delta: 0, or the chance with which the promise may fail: far below one in the number of
            records.
        source: whether the records are real or simulated; the file says it.
        most_records: how many records one person has at most.
        seed: of the drawing of rows from the model. The noise has no seed, on purpose: who repeats
            it can take it off. Two calls therefore differ.
        watch: is told what is being done.

    Returns:
        About as many rows as there are records; the number itself has noise.

    Raises:
        InputError: see `check_ctdc` and `promise`; or the package `mbi` is not installed.
        ReleaseError: there are too few records for this epsilon.

    Source: McKenna and others (2022), AIM, PVLDB 15, with the estimation of Private-PGM.

    """
    checked = check_ctdc(records)
    promised = promise(epsilon=epsilon, delta=delta, reach=most_records)
    attributes = ctdc_attributes(checked.columns)
    model = learn(encode(checked, attributes), attributes, Budget(promised), watch=watch)
    watch("drawing records")
    rows = model.total
    made = decode(sample(model, rows, seed), model.attributes, rows)
    order = np.random.default_rng(seed).permutation(rows)
    says = f"epsilon={epsilon:g} delta={delta:g} source={source}"
    frame = made[order].select(
        *(
            pl.col(name) if name in made.columns else pl.lit(BLANK).alias(name)
            for name in ctdc_fields()
        ),
        pl.lit(says).alias(MARK),
    )
    return SyntheticRecords(
        frame=frame,
        epsilon=epsilon,
        delta=delta,
        most_records=most_records,
        source=source,
        carried=tuple(checked.columns),
        measured=model.measured,
        kept=model.kept,
    )
