"""The rules of checking, read from `data/check/`; the engine holds none of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["check_rules", "compiled", "tolerance"]


@cache
def check_rules() -> Mapping[str, Any]:
    """By which rules is a quoted number read and compared?

    The rules are data, so that another program (a web page) can apply the same ones: patterns are
    regular expressions that Python and JavaScript read alike.

    Returns:
        `keywords` (words to meanings, numbers in words), `rules` (tolerances, series, subjects,
        groups that are confused, order of verdicts), `derived` (extra formulas over claims).

    """
    folder = files("slachtoffermonitor.published").joinpath("data", "check")
    return {
        name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in ("keywords", "rules", "derived")
    }


def tolerance(name: str) -> float:
    """Give a tolerance of the rules by its name."""
    return float(check_rules()["rules"]["tolerance"][name])


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the rules once; letters and digits mean ASCII, as in JavaScript."""
    return re.compile(pattern, re.ASCII)
