"""A register as one file: Parquet with the reports, and in its footer JSON with the weights."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from slachtoffermonitor import __version__
from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import LearnedModel
from slachtoffermonitor.link.gathering import ColumnNames
from slachtoffermonitor.link.model import BlockingRule, Comparison, Level, ModelDesign

__all__ = ["State", "read_state", "state_bytes"]

_FORMAT: Final = "slachtoffermonitor-register"
_VERSION: Final = 2
_AGAIN: Final = "a register made by this version: Register.of(reports, link_reports(reports))"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class State:
    """All that a register knows.

    Attributes:
        design: what is compared.
        model: the weights.
        threshold: pairs from this match probability on were accepted.
        columns: other names that the columns of reports may have.
        marks: of tokens: their key and parameters; None for reports in clear text.
        records: `notification_id`, `person_id` and the features.

    """

    design: ModelDesign
    model: LearnedModel
    threshold: float
    columns: ColumnNames | None
    records: pl.DataFrame
    marks: Mapping[str, str] | None = None


def state_bytes(state: State) -> bytes:
    """Write a state; the same state gives the same bytes."""
    learned = {
        "format": _FORMAT,
        "version": _VERSION,
        "made_by": __version__,
        "design": _design_as_json(state.design),
        "model": _model_as_json(state.model),
        "threshold": state.threshold,
        "columns": None if state.columns is None else dict(state.columns),
        "marks": None if state.marks is None else dict(state.marks),
    }
    buffer = io.BytesIO()
    state.records.rechunk().write_parquet(buffer, metadata={_FORMAT: json.dumps(learned)})
    return buffer.getvalue()


def read_state(path: Path) -> State:
    """Read what `state_bytes` made.

    Raises:
        InputError: the file is missing, is no register, is of another version, or is damaged.

    """
    if not path.is_file():
        raise _refused(path, "is not there" if not path.exists() else "is not a file")
    try:
        written = pl.read_parquet_metadata(path).get(_FORMAT)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _refused(path, "is not a register") from error
    if written is None:
        raise _refused(path, "is not a register")
    try:
        learned = json.loads(written)
        # Another version may make other features of the same report, and weigh them wrongly.
        if (learned["version"], learned["made_by"]) != (_VERSION, __version__):
            raise _refused(path, "is a register made by another version of this program")
        design, records = _design_from_json(learned["design"]), pl.read_parquet(path)
        if not {"notification_id", "person_id", *_needed(design)}.issubset(records.columns):
            raise _refused(path, "is a damaged register")
        return State(
            design=design,
            model=_model_from_json(learned["model"]),
            threshold=float(learned["threshold"]),
            columns=learned["columns"],
            marks=learned["marks"],
            records=records,
        )
    except (ValueError, KeyError, TypeError, OSError, pl.exceptions.PolarsError) as error:
        raise _refused(path, "is a damaged register") from error


def _needed(design: ModelDesign) -> set[str]:
    """Name the features that a design speaks of, less those that the database derives."""
    compared = {column for each in design.comparisons for column in each.uses}
    blocked = {column for rule in design.blocking_rules for column in rule.columns}
    return (compared | blocked) - set(design.derived)


def _design_as_json(design: ModelDesign) -> dict[str, Any]:
    return {
        **{name: getattr(design, name) for name in _TUPLES},
        "name": design.name,
        "comparisons": [asdict(each) for each in design.comparisons],
        "blocking_rules": [rule.columns for rule in design.blocking_rules],
        "derived": dict(design.derived),
    }


_TUPLES: Final = ("groups", "never_all_different", "unless_same", "guard", "macros")


def _design_from_json(written: Mapping[str, Any]) -> ModelDesign:
    return ModelDesign(
        name=written["name"],
        comparisons=tuple(
            Comparison(
                **{
                    **each,
                    "uses": tuple(each["uses"]),
                    "levels": tuple(Level(**level) for level in each["levels"]),
                }
            )
            for each in written["comparisons"]
        ),
        blocking_rules=tuple(BlockingRule(tuple(rule)) for rule in written["blocking_rules"]),
        derived=dict(written["derived"]),
        **{name: tuple(written[name]) for name in _TUPLES},
    )


def _model_as_json(model: LearnedModel) -> dict[str, Any]:
    return {
        "m": {name: shares.tolist() for name, shares in model.m.items()},
        "u": {name: shares.tolist() for name, shares in model.u.items()},
        **{name: getattr(model, name) for name in _NUMBERS},
    }


_NUMBERS: Final = ("share", "left_records", "right_records", "left_once", "right_once")


def _model_from_json(written: Mapping[str, Any]) -> LearnedModel:
    return LearnedModel(
        m={name: np.array(shares) for name, shares in written["m"].items()},
        u={name: np.array(shares) for name, shares in written["u"].items()},
        **{name: written[name] for name in _NUMBERS},
    )


def _refused(path: Path, what: str) -> InputError:
    return InputError(Problem(what=what, file=str(path), allowed=_AGAIN))
