"""What the reader of an estimate by group should know of the table, the model and the limits."""

from __future__ import annotations

from slachtoffermonitor.estimate.groups._loglinear.fitting import GroupFit
from slachtoffermonitor.ground import Number, Text

__all__ = ["interval_notices", "table_notices"]


def table_notices(fit: GroupFit) -> tuple[Text, ...]:
    """Say what the reader should know of the table and the model."""
    found = []
    if fit.cells.incomplete:
        found.append(
            Text(
                "Of {persons} persons a covariate is missing. They are divided over the groups by "
                "the model, as if it were missing by chance.",
                {"persons": Number(fit.cells.incomplete)},
            )
        )
    forced = int((fit.cells.exists & ~fit.alive_groups).sum())
    if forced:
        found.append(
            Text(
                "In {groups} groups nobody was seen and the model puts nobody there: zero, "
                "without an interval.",
                {"groups": Number(forced)},
            )
        )
    return tuple(found)


def interval_notices(bootstrap: int, refused: int, *, chosen: bool) -> tuple[Text, ...]:
    """Say what the intervals leave out."""
    found = []
    if chosen:
        found.append(
            Text("The intervals take the chosen model as true, which makes them too narrow.")
        )
    if refused:
        found.append(
            Text(
                "In {refused} of {replicates} bootstrap samples no model had an estimate.",
                {"refused": Number(refused), "replicates": Number(bootstrap)},
            )
        )
    return tuple(found)
