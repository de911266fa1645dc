"""A design written as SQL: for Splink, and for a database without Splink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from slachtoffermonitor.link.model.design import Comparison, Level, ModelDesign

__all__ = ["level_sql", "splink_settings"]


def splink_settings(
    design: ModelDesign,
    link_type: Literal["dedupe_only", "link_only"],
    *,
    blocks: Sequence[str] | None = None,
) -> dict[str, object]:
    """Write the model as Splink settings.

    Args:
        design: what is compared.
        link_type: within one table, or from one table to another.
        blocks: columns that bring together the records in which they are equal; the design's
            rules when None.

    """
    rules = [rule.sql for rule in design.blocking_rules]
    if blocks is not None:
        rules = [f"l.{block} = r.{block}" for block in blocks]
    return {
        "link_type": link_type,
        "unique_id_column_name": "record",
        "comparisons": [_comparison(each) for each in design.comparisons],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in rules],
        "retain_matching_columns": True,  # only so does Splink give the level reached
        "additional_columns_to_retain": list(design.record_weights),
    }


def level_sql(comparison: Comparison) -> str:
    """Write the level that a pair reaches as one expression: -1 not known, 0 different, up.

    The pair's columns bear the suffixes `_l` and `_r`.
    """
    highest = len(comparison.levels) - 1
    cases = [f"WHEN {comparison.missing} THEN -1"]
    cases += [
        f"WHEN {level.condition} THEN {highest - place}"
        for place, level in enumerate(comparison.levels[:-1])
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END"


def _comparison(comparison: Comparison) -> Mapping[str, object]:
    missing = {
        "sql_condition": comparison.missing,
        "label_for_charts": "not known",
        "is_null_level": True,
    }
    levels = [_level(each) for each in comparison.levels]
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [missing, *levels],
    }


def _level(level: Level) -> Mapping[str, object]:
    return {
        "sql_condition": level.condition,
        "label_for_charts": level.label,
        "m_probability": level.m,
        "u_probability": level.u,
    }
