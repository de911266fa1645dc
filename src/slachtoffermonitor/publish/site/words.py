"""The sentences that the scripts write into the pages, per page that needs them."""

from __future__ import annotations

from collections.abc import Mapping

from slachtoffermonitor.ground import Language, Text

__all__ = ["words_for"]

_WORDS: Mapping[str, Mapping[str, Text]] = {
    "page": {
        "copy": Text("Copy"),
        "copied": Text("Copied"),
        "selected": Text("Selected: copy it with Ctrl and C"),
    },
    "check": {
        "match": Text("Agrees with what was published"),
        "other_definition": Text("Fits another definition"),
        "contradiction": Text("Contradicts what was published"),
        "unknown": Text("Unknown"),
        "disputed": Text("Printed, but disputed"),
        "other_year": Text("Fits another year"),
        "context": Text("To compare"),
        "source": Text("Source"),
        "none": Text(
            "No published figure speaks to this. That does not make it wrong: we do not know."
        ),
        "ask": Text("Type a figure or a sentence first."),
    },
    "builder": {
        "side_by_side": Text("No columns: the figures side by side"),
        "apart": Text("every value, each in its own row"),
        "all_values": Text("All values"),
        "which": Text("Which values of “{dimension}” to show"),
        "only": Text("Only: {dimension}"),
        "caption": Text("{figure} by {dimensions}"),
        "where": Text("{dimension}: {value}"),
        "and": Text("and"),
        "made": Text("Table made: {rows} rows, {columns} columns, {figures} figures."),
        "hidden_here": Text("Hidden counts in this table: {times}, shown as “{words}”. {why}"),
        "no_row": Text(
            "– means that the table has no row here: nothing was counted, or nothing was published."
        ),
        "never_added": Text(
            "This page adds nothing up. A total stands here only where a total was published."
        ),
        "no_margin": Text("No total over “{dimension}” stands in this table."),
        "margin_in": Text("The figures without “{dimension}” stand in:"),
        "overlap": Text(
            "The values of “{dimension}” overlap, so they add up to more than the total."
        ),
        "part": Text("{shown} of the {all} rows of the table are used in this view."),
        "nothing": Text("No row of the table fits this choice. Choose another value."),
        "one_unit": Text("The chart draws only the figures in {unit}."),
        "no_chart_columns": Text("No chart: choose columns, or one figure, to draw."),
        "no_chart_numbers": Text("No chart: there is no figure to draw."),
        "chart_cut": Text("The chart draws {drawn} of {all} rows. The table has them all."),
        "chart": Text("Bar chart of the table below: {caption}. The table holds every figure."),
        "chart_range": Text(
            "The largest figure is {most} ({most_at}), the smallest {least} ({least_at})."
        ),
        "interval_drawn": Text("The line through a dot is the interval."),
        "simulated": Text("Simulated: these are not real persons."),
        "published": Text("Published"),
        "register": Text("Register"),
        "source": Text("Source:"),
        "loading": Text("The table is being read."),
        "failed": Text("The table could not be read. It stands on its own page too."),
        "not_published": Text("not published"),
        "hidden": Text("hidden"),
        "known": Text("published"),
        "status": Text("status"),
        "low": Text("lower limit"),
        "high": Text("upper limit"),
        "shown_as": Text("as shown"),
        "cite": Text("{title}. {edition}. {source}. {address}"),
    },
    "places": {
        "country": Text("the whole country"),
        "figure": Text("Figure"),
        "said": Text("Beyond chance?"),
        "interval": Text("interval {interval}"),
        "chosen": Text("Tables with figures about {place}: {tables}."),
        "nothing": Text("Nothing is published about {place} in this edition."),
        "unknown": Text("Choose a municipality from the list."),
        "no_country": Text("No figure of the whole country is published in this table."),
        "simulated": Text("Simulated: these are not real persons."),
        "source": Text("Source:"),
        "table": Text("Whole table"),
        "chart": Text("Bar chart: {figure} in {place} and in the whole country."),
    },
    "search": {
        "found": Text("{n} results for “{asked}”"),
        "found_one": Text("1 result for “{asked}”"),
        "none": Text("Nothing found for “{asked}”. Try fewer or other words."),
        "more": Text("The first {shown} are shown; add a word to find less."),
        "ask": Text("Type a word first."),
    },
}


def words_for(page: str, language: Language) -> dict[str, str]:
    """Which sentences does the script of a page need, with {placeholders} to fill in?"""
    return {key: text.in_language(language) for key, text in _WORDS[page].items()}
