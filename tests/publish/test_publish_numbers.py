"""Every number in a generated sentence is a published claim, a cell of a table, or counted here."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator

import polars as pl
import pytest

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.edition.findings import state_findings
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.publish.chapters import CHAPTERS
from slachtoffermonitor.publish.charts import Figure, draw_figures
from slachtoffermonitor.published import capture_table, key_figures

# What a chart counts or divides itself: how many rows it draws, how far the ends are apart.
COUNTED = {
    "all", "drawn", "each", "estimates", "groups", "inside", "methods", "models", "places",
    "rows", "series", "times", "years",
}  # fmt: skip


def numbered(text: Text) -> Iterator[tuple[str, Number]]:
    """Give each number of a sentence with the name of its place; of sentences inside it too."""
    for name, value in text.values.items():
        if isinstance(value, Number):
            yield name, value
        elif isinstance(value, Text):
            yield from numbered(value)


def cells(table: ReleasedTable) -> list[float]:
    found = [
        float(value)
        for column in table.frame.select(pl.selectors.numeric()).iter_columns()
        for value in column.drop_nulls().to_list()
    ]
    return found + [float(v) for v in table.parameters.values() if isinstance(v, int | float)]


def published_values(edition: Edition) -> list[float]:
    found = [
        value
        for claim in edition.claims
        for value in (claim.value, claim.low, claim.high)
        if value is not None
    ]
    return found + [figure.value for figure in key_figures()]


class Known:
    """Is a number among these, to the precision in which a sentence shows it?

    An estimate is shown in three figures.
    """

    def __init__(self, values: list[float], *, estimates: bool = False) -> None:
        finite = [value for value in values if math.isfinite(value)]
        self.values = sorted({sign * v for v in finite for sign in (1, -1)})
        self.estimates = estimates

    def __contains__(self, number: Number) -> bool:
        value = float(number.value)
        decimals = len(re.sub(r"[^0#]", "", number.pattern.partition(".")[2]))
        half = 0.5 * 10.0 ** -(decimals + (2 if "%" in number.pattern else 0))
        within = max(half, 0.005 * abs(value) if self.estimates else 0) * 1.0001
        near = bisect_left(self.values, value - within)
        return near < len(self.values) and self.values[near] <= value + within


def sentences_of(figure: Figure) -> list[Text]:
    return [figure.title, figure.alternative, *figure.notes, *figure.table.notes]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_beside_a_chart_is_known(edition, language):
    figures = draw_figures(edition.tables, language)
    checked, unknown = 0, []
    for figure in figures.values():
        known = Known(cells(figure.table), estimates="low" in figure.table.frame.columns)
        for text in sentences_of(figure):
            for name, number in numbered(text):
                checked += 1
                if name not in COUNTED and number not in known:
                    unknown.append((figure.key, name, number.value))
    assert checked > 100
    assert not unknown


def test_what_a_chart_counts_is_counted_right(edition):
    figures = draw_figures(edition.tables, "en")
    for figure in figures.values():
        rows = {name: n.value for text in sentences_of(figure) for name, n in numbered(text)}
        assert rows.get("all", figure.table.frame.height) == figure.table.frame.height
        for name in COUNTED & rows.keys():
            assert 0 < rows[name] <= max(30, figure.table.frame.height), (figure.key, name)


def test_a_number_that_nobody_published_would_be_found(edition):
    known = Known([*published_values(edition), 0.4478])
    assert Number(668) in known and Number(0.4478, "0.0%") in known
    assert Number(987_654_321) not in known and Number(0.123_456, "0.000%") not in known


def test_the_words_of_the_chapters_hold_no_number_of_their_own():
    texts = [
        text
        for chapter in CHAPTERS
        for section in chapter.sections
        for text in (chapter.title, chapter.lead, section.heading, *section.words)
    ]
    assert len(texts) > 40
    for text in texts:
        assert not re.search(r"\d", text.message) and not text.values, text.message
        assert not re.search(r"\d", text.in_language("nl")), text.message


@pytest.mark.parametrize("window", [(2014, 2018), (2016, 2020), (2014, 2023)])
def test_every_number_in_a_finding_is_a_claim_or_a_cell_of_its_table(edition, window):
    findings = state_findings(edition.tables, window)
    assert len(findings) >= 3
    lists = capture_table("netherlands")
    for finding in findings:
        table = edition.tables[finding.table]
        of_lists = [lists.persons, lists.years, len(lists.lists), table.frame.height]
        # a share at a horizon stands in another table of the same curve
        horizons = cells(edition.tables["repeat_horizons"])
        known = Known(
            [*published_values(edition), *cells(table), *horizons, *of_lists],
            estimates="low" in table.frame.columns,
        )
        texts = (finding.headline, finding.sentence, finding.how_we_know)
        told = [one for text in texts for one in numbered(text)]
        assert told, finding.key
        unknown = [(name, n.value) for name, n in told if name not in COUNTED and n not in known]
        assert not unknown, finding.key
