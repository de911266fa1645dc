"""The chapter on what this edition does not hold, and why: as honest as the figures themselves."""

from __future__ import annotations

from slachtoffermonitor.ground import Text
from slachtoffermonitor.publish.chapters.shape import Chapter, Section

__all__ = ["GAPS"]


def _gap(key: str, heading: Text, *words: Text, lacking: tuple[str, ...] = ()) -> Section:
    return Section(key=key, heading=heading, words=words, alone=True, lacking=lacking)


GAPS = Chapter(
    slug=Text("data-gaps").message,
    title=Text("What we do not see"),
    lead=Text(
        "No figure is also an answer. Here stands what is missing from this edition, why, and what "
        "would be needed to see it."
    ),
    sections=(
        _gap(
            "not-registered",
            Text("Victims whom nobody reports"),
            Text(
                "Most victims are in no register. We estimate how many there are, but not where "
                "they are or what they need."
            ),
        ),
        _gap(
            "may-not-tell",
            Text("Victims whom others see but may not report"),
            Text(
                "Care and youth care often see a victim and may not say who it is. A count without "
                "names would already help. This edition takes such counts when they are delivered."
            ),
        ),
        _gap(
            "online-platforms",
            Text("Online platforms"),
            Text(
                "On which platform victims were recruited or sold is known for few of them. A "
                "reporter can state it in a notification, but no table in this edition counts it, "
                "and we found no published figures by platform. The chat line comes closest."
            ),
            lacking=("register_by_year_platform",),
        ),
        _gap(
            "sectors",
            Text("Sectors of labour exploitation"),
            Text(
                "In which work victims were exploited is published for single years only, in broad "
                "groups. A notification says the form of exploitation, and so the broad sector; "
                "farming, cleaning or hospitality cannot be told apart."
            ),
        ),
        _gap(
            "overlap",
            Text("Victims who are suspects too"),
            Text(
                "Some victims are also a suspect, often of what they were forced to do. Statistics "
                "Netherlands looked into it once. We found no figure with a definition, and this "
                "edition has no table of it."
            ),
            lacking=("suspect_overlap",),
        ),
        _gap(
            "residence-by-year",
            Text("Right to stay, year by year"),
            Text(
                "How many victims ask for protection under immigration law, how many get it and "
                "how many lose it is counted by the immigration service. It is not delivered to "
                "this edition. We show what was published before, and what reporters state."
            ),
        ),
        _gap(
            "life-after",
            Text("How victims are doing later"),
            Text(
                "Health, housing, income, work and school after registration can be known by "
                "linking registers at Statistics Netherlands. That has not been done for this "
                "edition. Being a victim again is all that we follow."
            ),
        ),
        _gap(
            "places",
            Text("Where exploitation happens"),
            Text(
                "Numbers of victims by municipality are too small to publish safely. Waiting for "
                "help is the only thing that this edition shows by municipality."
            ),
            lacking=("register_by_municipality", "register_by_region"),
        ),
        _gap(
            "measures",
            Text("What measures achieve"),
            Text(
                "No list tells which measures against human trafficking run, who answers for them "
                "and what changed by them. Until it exists nobody can say what works."
            ),
            lacking=("measures",),
        ),
    ),
)
