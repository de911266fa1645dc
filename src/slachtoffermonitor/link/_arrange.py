"""From evidence about pairs to persons, by any partition of the records."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link._persons import describe
from slachtoffermonitor.link.engine import Evidence, balanced_threshold, group
from slachtoffermonitor.link.linkage import Linkage

__all__ = ["arrange", "decide"]

_PERSON_DIGITS: Final = 6


def decide(evidence: Evidence, threshold: float | None) -> Linkage:
    """Accept pairs from a threshold on, chosen here when None, and make persons of them."""
    chosen = (
        balanced_threshold(evidence.pairs, evidence.expected_matches)
        if threshold is None
        else threshold
    )
    accepted = evidence.pairs.filter(pl.col("match_probability") >= chosen)
    label = group(
        accepted,
        evidence.records,
        guard=evidence.design.guard,
        refused=evidence.pairs.filter(~pl.col("verdict")),
    )
    return arrange(
        evidence,
        label,
        threshold=chosen,
        threshold_chosen_by="balance" if threshold is None else "caller",
    )


def arrange(
    evidence: Evidence,
    label: npt.NDArray[np.int64],
    *,
    threshold: float,
    threshold_chosen_by: Literal["balance", "caller"],
) -> Linkage:
    """Describe the persons of a partition.

    Args:
        evidence: the records and the pairs.
        label: one number for each record, in their order; records of one person share it.
        threshold: pairs from this probability on were accepted.
        threshold_chosen_by: see `Linkage`.

    """
    left, right = evidence.pairs["left"].to_numpy(), evidence.pairs["right"].to_numpy()
    pairs = evidence.pairs.with_columns(joined=pl.Series(label[left] == label[right]))
    found = _found(evidence.reports, evidence.register, label)
    return Linkage(
        persons=describe(found, evidence.register),
        reports=_report_list(found, pairs, threshold),
        pairs=_named(pairs, evidence),
        weights=evidence.weights,
        threshold=threshold,
        threshold_chosen_by=threshold_chosen_by,
        expected_matches=evidence.expected_matches,
        evidence=evidence,
        label=label,
    )


def _found(
    reports: pl.DataFrame, register: pl.DataFrame | None, label: npt.NDArray[np.int64]
) -> pl.DataFrame:
    """Give each report its person, numbered by first report, and its person in the register."""
    labelled = reports.with_columns(label=pl.Series(label[: reports.height]))
    first = (
        labelled.sort("reported_on", "notification_id")
        .unique("label", keep="first", maintain_order=True)
        .select("label")
        .with_row_index("number", offset=1)
    )
    digits = max(_PERSON_DIGITS, len(str(first.height)))
    persons = first.select(
        "label",
        ("P" + pl.col("number").cast(pl.String).str.zfill(digits)).alias("person_id"),
    )
    in_register = pl.DataFrame(
        {"label": [], "register_id": []}, schema={"label": pl.Int64, "register_id": pl.String}
    )
    if register is not None:
        in_register = register.select(
            pl.Series("label", label[reports.height :]), pl.col("person_id").alias("register_id")
        )
    return (
        labelled.join(persons, on="label")
        .join(in_register, on="label", how="left")
        .drop("label")
        .sort("reported_on", "notification_id")
    )


def _report_list(found: pl.DataFrame, pairs: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Give each report its person and the weakest accepted pair that ties it to that person."""
    ties = pairs.filter(pl.col("joined") & (pl.col("match_probability") >= threshold))
    ends = pl.concat(
        ties.select(pl.col(end).alias("record"), "match_probability") for end in ("left", "right")
    )
    weakest = ends.group_by("record").agg(pl.col("match_probability").min())
    return (
        found.sort("record")
        .join(weakest, on="record", how="left")
        .select("notification_id", "person_id", "reporter", "reported_on", "match_probability")
        .sort("notification_id")
    )


def _named(pairs: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Name the records of each pair by their ids."""
    ids = evidence.reports["notification_id"]
    if evidence.register is not None:
        ids = ids.append(evidence.register["person_id"].rename("notification_id"))
    return pairs.with_columns(
        ids.gather(pairs["left"]).alias("left"), ids.gather(pairs["right"]).alias("right")
    ).select(
        "left",
        "right",
        "right_is",
        "match_probability",
        "joined",
        "verdict",
        *(each.name for each in evidence.design.comparisons),
    )
