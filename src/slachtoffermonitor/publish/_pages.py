"""What stands on which page: chapters as lists of sections, sections as figures and tables.

A section without anything in this edition is left out, a chapter without a section too; so a small
edition makes a small site. A table that no section names still gets its own page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from slachtoffermonitor.ground import Text

__all__ = ["CHAPTERS", "Chapter", "Section", "chapters_with"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, what a reader must know, and the figures and tables that follow."""

    key: str
    heading: Text
    words: tuple[Text, ...] = ()
    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A page of the site; `slug` is its file name, in English, translated per language."""

    slug: str
    title: Text
    lead: Text
    sections: tuple[Section, ...]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        slug=Text("hidden-number").message,
        title=Text("Hidden number"),
        lead=Text(
            "Most victims are never registered. Their number can only be estimated, from the "
            "overlap between lists of those who are seen. Different models give different "
            "answers, so this page never gives one number alone."
        ),
        sections=(
            Section(
                key="models",
                heading=Text("Several models, side by side"),
                words=(
                    Text(
                        "All rows use the same lists of the same persons, and count the whole "
                        "period together. The models differ in which lists they allow to depend "
                        "on each other. Nothing in the lists alone proves which model is right."
                    ),
                    Text(
                        "Read it like this: where all models agree, the figure is firm. Where "
                        "they differ, the evidence does not yet decide."
                    ),
                ),
                figures=("hidden-number-models",),
            ),
            Section(
                key="published",
                heading=Text("Estimates published so far"),
                figures=("published-estimates",),
            ),
            Section(
                key="test",
                heading=Text("Does the method find a number that is known?"),
                words=(
                    Text(
                        "In a simulated nation the true number is known. The estimate from its "
                        "lists should have the true number within its interval."
                    ),
                ),
                figures=("hidden-number-by-year",),
            ),
        ),
    ),
    Chapter(
        slug=Text("victims-in-view").message,
        title=Text("Victims in view"),
        lead=Text(
            "Who was registered as a presumed victim of human trafficking, by year, form, age, "
            "sex and citizenship. A fall in these figures can mean fewer victims, or less sight "
            "of them."
        ),
        sections=(
            Section(
                key="number",
                heading=Text("Number"),
                figures=("registered-by-year",),
                tables=("key_figures",),
            ),
            Section(
                key="form",
                heading=Text("Form of exploitation"),
                words=(
                    Text(
                        "One victim can be exploited in several forms, so the forms add up to more "
                        "than the number of victims."
                    ),
                ),
                figures=(
                    "registered-by-form",
                    "registered-by-form-domestic-sexual",
                    "register-by-year-form",
                ),
            ),
            Section(
                key="age",
                heading=Text("Age"),
                figures=("registered-by-age-age-0-17", "register-by-year-age"),
            ),
            Section(
                key="sex",
                heading=Text("Sex"),
                figures=("register-by-year-sex",),
                tables=("registered_by_sex",),
            ),
            Section(
                key="citizenship",
                heading=Text("Citizenship"),
                figures=("registered-by-citizenship-latest", "register-by-year-citizenship"),
            ),
        ),
    ),
    Chapter(
        slug=Text("who-reports").message,
        title=Text("Who reports"),
        lead=Text(
            "Police, border police and labour inspectorate must report. Care, shelter and youth "
            "care may report, with the consent of the victim. Others contact a chat line."
        ),
        sections=(
            Section(
                key="reporters",
                heading=Text("Reporters"),
                words=(
                    Text(
                        "A notification is not a victim: several reporters can report the same "
                        "person, so reporters add up to more than the number of victims."
                    ),
                ),
                figures=(
                    "registered-by-reporter",
                    "registered-by-reporter-non-investigative",
                    "registered-by-reporter-police",
                    "register-by-year-reporter",
                ),
            ),
            Section(key="chat", heading=Text("Chat line"), figures=("chat-line-total",)),
            Section(
                key="silent",
                heading=Text("Reporters that fell silent"),
                tables=("silent_reporters",),
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
        ),
    ),
    Chapter(
        slug=Text("help-and-protection").message,
        title=Text("Help and protection"),
        lead=Text(
            "How long victims wait for help, and which protection those without residence get."
        ),
        sections=(
            Section(
                key="waiting",
                heading=Text("Waiting for help"),
                figures=("waiting-by-municipality",),
            ),
            Section(
                key="residence", heading=Text("Residence permits"), tables=("residence_permits",)
            ),
            Section(key="chain", heading=Text("Justice and municipalities"), tables=("chain",)),
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


def chapters_with(figures: Collection[str], tables: Collection[str]) -> tuple[Chapter, ...]:
    """Which chapters and sections have something to show in this edition?"""
    chapters = []
    for chapter in CHAPTERS:
        sections = tuple(
            filled
            for section in chapter.sections
            if (filled := _filled(section, figures, tables)).figures or filled.tables
        )
        if sections:
            chapters.append(replace(chapter, sections=sections))
    return tuple(chapters)


def _filled(section: Section, figures: Collection[str], tables: Collection[str]) -> Section:
    return replace(
        section,
        figures=tuple(key for key in section.figures if key in figures),
        tables=tuple(name for name in section.tables if name in tables),
    )
