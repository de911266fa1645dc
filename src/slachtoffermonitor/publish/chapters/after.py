"""The chapters on what follows: protection, victim again, help, the approach, what changed."""

from __future__ import annotations

from slachtoffermonitor.ground import Text
from slachtoffermonitor.publish.chapters.shape import Chapter, Section

__all__ = ["AFTER"]

AFTER: tuple[Chapter, ...] = (
    Chapter(
        slug=Text("immigration-protection").message,
        title=Text("Right to stay"),
        lead=Text(
            "A victim from abroad may stay for a while to think about helping the investigation, "
            "and longer when the victim helps. How often that happens says something about trust."
        ),
        sections=(
            Section(
                key="residence",
                heading=Text("Residence permits"),
                words=(
                    Text(
                        "A permit is not the same as a victim: not every victim needs one, and not "
                        "everybody who gets one is registered as a victim in the same year."
                    ),
                ),
                tables=("residence_permits",),
            ),
            Section(
                key="residence-by-year",
                heading=Text("Right to stay when somebody was reported"),
                words=(
                    Text(
                        "Reporters state what right to stay a victim has on the day of the "
                        "notification. What the immigration service decides later is not in it."
                    ),
                ),
                figures=("register-by-year-residence",),
            ),
        ),
    ),
    Chapter(
        slug=Text("repeat-victimisation").message,
        title=Text("Victim again"),
        lead=Text(
            "Which share of registered victims becomes a victim of a crime again, and how soon. "
            "Persons who die or leave the country are no longer followed from that day."
        ),
        sections=(
            Section(
                key="curve",
                heading=Text("Share that became a victim again"),
                figures=("repeat-victimisation",),
                tables=("repeat_horizons", "repeat_by_clearing", "repeat_published"),
            ),
            Section(
                key="overlap",
                heading=Text("Victims who are suspects too"),
                words=(
                    Text(
                        "Some victims are registered as a suspect of a crime, often of what they "
                        "were forced to do. Statistics Netherlands looked into it once; we found "
                        "no published figure with a definition to hold this one against."
                    ),
                ),
                figures=("suspect-overlap",),
            ),
        ),
    ),
    Chapter(
        slug=Text("help-and-waiting").message,
        title=Text("Help and waiting"),
        lead=Text("How long victims wait for help, and whether municipalities differ in that."),
        sections=(
            Section(
                key="waiting",
                heading=Text("Waiting for help"),
                figures=("waiting-by-municipality",),
                tables=("waiting_spread",),
            ),
        ),
    ),
    Chapter(
        slug=Text("approach").message,
        title=Text("Approach and advice"),
        lead=Text(
            "What police, prosecution and municipalities do against human trafficking, and what "
            "this edition advises."
        ),
        sections=(
            Section(key="chain", heading=Text("Justice and municipalities"), tables=("chain",)),
            Section(
                key="recommendations",
                heading=Text("What should be done?"),
                words=(
                    Text(
                        "Each piece of advice belongs to a finding of this edition. What earlier "
                        "advice led to is not followed here yet: that needs a list of measures "
                        "with an owner, a date and a result for each."
                    ),
                ),
                alone=True,
            ),
        ),
    ),
    Chapter(
        slug=Text("what-changed").message,
        title=Text("What changed"),
        lead=Text(
            "Which figures moved by more than chance. A change in a register has three possible "
            "causes: more or fewer victims, more or fewer reports, or another way of counting."
        ),
        sections=(
            Section(key="before-after", heading=Text("Before and after"), figures=("changes",)),
            Section(
                key="register",
                heading=Text("From year to year in the register"),
                figures=("register-changes",),
            ),
        ),
    ),
)
