"""The steps of a funnel, in order, and the ways out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["DUBLIN", "JUSTICE", "RESIDENCE", "FunnelDefinition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelDefinition:
    """Stages that a case goes through in order, and the ways in which it may end.

    stages: codes in order, each with its name; the first is where a case begins.
    exits: codes by which a case leaves the funnel, each with its name.
    clock_days: days within which the case has to leave its first stage; None: no such rule.
    """

    name: str
    title: Text
    stages: Mapping[str, Text]
    exits: Mapping[str, Text] = field(default_factory=dict)
    clock_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse fewer than two stages, and a code that is both a stage and an exit."""
        both = set(self.stages) & set(self.exits)
        if len(self.stages) < 2 or both:
            raise InputError(
                Problem(
                    what="a funnel has two stages or more, and no exit that is a stage",
                    found=", ".join(sorted(both)) or f"{len(self.stages)} stages",
                )
            )

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes that a step may have."""
        return (*self.stages, *self.exits)


JUSTICE = FunnelDefinition(
    name="JUSTICE",
    title=Text("From report to conviction"),
    stages={
        "REPORT": Text("Report of human trafficking"),
        "SUSPECT": Text("A suspect is known"),
        "PROSECUTION": Text("The suspect is prosecuted"),
        "CONVICTION": Text("Convicted of human trafficking"),
    },
    exits={
        "CLOSED": Text("Closed without a suspect"),
        "DISMISSED": Text("Not prosecuted"),
        "OTHER_OFFENCE": Text("Convicted of another offence"),
        "ACQUITTED": Text("Acquitted"),
    },
)
"""The criminal-justice funnel: report, suspect, prosecution, conviction."""

RESIDENCE = FunnelDefinition(
    name="RESIDENCE",
    title=Text("From reflection period to a permit and beyond"),
    stages={
        "REFLECTION": Text("Reflection period"),
        "B8_3": Text("Temporary permit as a victim (B8/3)"),
        "STAY_GRANTED": Text("Continued stay granted"),
    },
    exits={
        "NO_COOPERATION": Text("Reflection period ended without cooperation"),
        "REFUSED": Text("Permit refused"),
        "ENDED": Text("Permit ended without continued stay"),
        "DEPARTED": Text("Left the country"),
    },
)
"""The residence funnel: reflection period, B8/3 permit, continued stay."""

DUBLIN = FunnelDefinition(
    name="DUBLIN",
    title=Text("Dublin claimants: assessed within four weeks?"),
    stages={
        "REPORT": Text("Report by a Dublin claimant"),
        "B8_3": Text("Leads in the Netherlands: temporary permit (B8/3)"),
    },
    exits={
        "NO_LEADS": Text("No leads in the Netherlands"),
        "TRANSFERRED": Text("Transferred to another country"),
        "WITHDRAWN": Text("Report withdrawn"),
    },
    clock_days=28,
)
"""Dublin claimants since 2019: an assessment of leads within four weeks of the report."""
