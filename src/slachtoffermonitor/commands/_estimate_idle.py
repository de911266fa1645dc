"""Options of `slachtoffermonitor estimate` that would do nothing beside the others: refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from click.core import ParameterSource

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["refuse_idle"]

# What each kind of report reads, beside the options that all of them read.
_READ = {
    "--study": {"populations", "folder"},
    "--robustness": {"plots", "threshold", "step_by"},
    "--linkages": {"threshold", "step_by"},
    "--by": {"covariates", "terms", "gaps", "interval"},
    "--by --separate": {"separate", "interval", "threshold", "step_by"},
    "": {"interval", "threshold", "step_by"},
}
_EVERY = set().union(*_READ.values())


def refuse_idle(asked: Mapping[str, Any]) -> None:
    """Refuse options that somebody gave and that this kind of report does not read.

    An option that is silently passed over lets its user believe that it was obeyed.

    Raises:
        InputError: all of them together.

    """
    kind = _kind(asked)
    context = click.get_current_context()
    names = {option.name: option.opts[0] for option in context.command.params}
    problems = [
        Problem(
            what="the option does nothing here",
            found=f"{names[name]} with {kind}" if kind else names[name],
            allowed=" or ".join(f"with {other}" for other in _readers(name)),
        )
        for name in sorted(_EVERY - _READ[kind])
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if problems:
        raise InputError(problems)


def _kind(asked: Mapping[str, Any]) -> str:
    for name in ("linkages", "study", "robustness"):
        if asked[name]:
            return f"--{name}"
    if not asked["by"]:
        return ""
    return "--by --separate" if asked["separate"] else "--by"


def _readers(name: str) -> list[str]:
    return [
        kind or "an estimate of the whole table" for kind, read in _READ.items() if name in read
    ]
