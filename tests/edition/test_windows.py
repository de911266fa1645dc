"""The windows of the published editions: every figure that was published, with its source."""

from __future__ import annotations

import csv
import pickle
import re
from dataclasses import replace
from pathlib import Path

import pytest

from slachtoffermonitor.edition import (
    PUBLISHED_WINDOWS,
    Memory,
    Settings,
    compare_editions,
    read_edition,
    read_settings,
    render_settings,
    reproduce_edition,
    run_edition,
    settings_of_window,
)
from slachtoffermonitor.ground import LANGUAGES, InputError, Number, write_text
from slachtoffermonitor.publish._reading import read_grid
from slachtoffermonitor.publish.open_data import write_open_data
from slachtoffermonitor.published import claims, key_figures

TARGETS = Path(__file__).parents[1] / "reference" / "published" / "regression_targets.csv"
EDITIONS = {
    "2014-2018": ("factsheet_2014_2018",),
    "2016-2020": ("monitor_2016_2020", "repeat_victimisation"),
}
# who wrote a source, as it stands in its citation
SOURCES = {
    "2014-2018": "Slachtoffermonitor mensenhandel 2014-2018",
    "2016-2020": "Slachtoffermonitor mensenhandel 2016-2020",
}


def small() -> Settings:
    settings = Settings()
    return replace(
        settings,
        deliveries=replace(settings.deliveries, persons=4_000),
        estimate=replace(settings.estimate, bootstrap=0, lists=3),
    )


@pytest.fixture(scope="module")
def editions():
    """All windows of one nation, made with one memory."""
    memory = Memory()
    windows = [settings_of_window(small(), window) for window in PUBLISHED_WINDOWS]
    made = [(one, run_edition(one, Path("nowhere"), memory=memory)) for one in windows]
    assert "results" in repr(memory)
    return {edition.name: (settings, edition) for settings, edition in made}


@pytest.fixture(scope="module")
def folders(editions, tmp_path_factory):
    places = {}
    for name in EDITIONS:
        settings, edition = editions[name]
        places[name] = tmp_path_factory.mktemp(name)
        write_open_data(edition, places[name] / "data")
        write_text(places[name] / "monitor.toml", render_settings(settings))
    return places


def test_every_target_of_the_window_is_among_its_key_figures(editions):
    with TARGETS.open(newline="", encoding="utf-8") as file:
        targets = list(csv.DictReader(file))
    for name, sheets in EDITIONS.items():
        table = editions[name][1].tables["key_figures"].frame
        wanted = [row for row in targets if row["test"] in sheets]
        assert len(wanted) >= 5
        for row in wanted:
            value = float(row["value"])
            alike = [
                one
                for one in table.iter_rows(named=True)
                if one["source"] == row["source"] and round(one["value"], 1) == round(value, 1)
            ]
            # "60% fewer" has no published base; on the published base it is 64%
            assert alike or row["quantity"].startswith("BSU change"), row


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EDITIONS)
def test_every_key_figure_reads_with_its_source(editions, name, language):
    rows = [
        " | ".join(row) for row in read_grid(editions[name][1].tables["key_figures"], language).rows
    ]
    for figure in key_figures():
        if figure.edition not in EDITIONS[name]:
            continue
        (row,) = (row for row in rows if row.startswith(f"{figure.label.in_language(language)} |"))
        assert figure.source in row
        whole = float(figure.value).is_integer()
        pattern = "#,##0" if whole else "#,##0.0" if abs(figure.value) >= 10 else "#,##0.00"
        shown = Number(figure.value, pattern).in_language(language)
        if figure.unit == "one_in":
            shown = {"nl": "1 op de ", "en": "1 in "}[language] + shown
        assert re.search(rf"\| {re.escape(shown)}[ |]", row), row


@pytest.mark.parametrize("name", EDITIONS)
def test_every_claim_of_the_published_edition_stands_in_a_table_with_its_source(editions, name):
    edition = editions[name][1]
    shown = {
        (row["claim"], row["source"])
        for table in edition.tables.values()
        if {"claim", "source"} <= set(table.frame.columns)
        for row in table.frame.iter_rows(named=True)
    }
    last = edition.window[1]
    of_edition = [one for one in claims() if SOURCES[name] in one.source and one.last_year <= last]
    assert of_edition
    for one in of_edition:
        is_key = one.measure in {"change_of_victims"}
        assert (one.id, one.source) in shown or is_key, one.id


def test_the_findings_of_a_window_name_its_figures_in_both_languages(editions):
    wanted = {
        "2014-2018": {668, -46.8, 9.4, 5.0, 132, 29, 2.2, 60, 63.8, 150, 550},
        "2016-2020": {-26.2, 4894, 17.1, 43, 45, 50},
    }
    for name, figures in wanted.items():
        edition = editions[name][1]
        assert len(edition.findings) == 5
        told = [
            number
            for finding in edition.findings
            for text in (finding.headline, finding.sentence, finding.how_we_know)
            for number in text.numbers()
        ]
        values = {abs(round(number.value, 1)) for number in told}
        assert {abs(figure) for figure in figures} <= values
        for finding in edition.findings:
            assert finding.table in edition.tables
            for language in LANGUAGES:
                assert "{" not in finding.sentence.in_language(language)
            assert finding.sentence.in_language("nl") != finding.sentence.in_language("en")
            assert finding.how_we_know.in_language("nl") != finding.how_we_know.in_language("en")
            assert all(one in {claim.id for claim in edition.claims} for one in finding.claims)


def test_a_window_shows_nothing_of_later_years(editions):
    for name in EDITIONS:
        edition = editions[name][1]
        first, last = edition.window
        for table in edition.tables.values():
            for column in {"year", "period"} & set(table.frame.columns):
                years = [
                    int(str(value)[-7:][:4]) if "/" in str(value) else int(str(value)[-4:])
                    for value in table.frame[column]
                ]
                assert max(years) <= last, table.name
                if table.origin == "simulated":
                    assert min(years) >= first, table.name
        text = " ".join(finding.sentence.in_language("en") for finding in edition.findings)
        assert not [year for year in re.findall(r"\b20\d\d\b", text) if int(year) > last]


@pytest.mark.parametrize("name", ["2014-2018", pytest.param("2016-2020", marks=pytest.mark.slow)])
def test_a_window_comes_out_the_same_again_on_its_own(folders, name):
    again = reproduce_edition(folders[name])
    assert again.same and not (again.data or again.method or again.revision)


def test_two_windows_differ_by_what_their_settings_say(folders):
    found = compare_editions(*(read_edition(folders[name]) for name in EDITIONS))
    assert not found.same and not found.data and not found.revision
    assert "[edition] first_year 2014 -> 2016" in found.method
    assert "[edition] published_until 2018 -> 2020" in found.method
    assert {one.table for one in found.changes} >= {"key_figures", "register_by_year_form"}
    written = read_edition(folders["2014-2018"]).provenance["settings"]["edition"]
    assert written == editions_settings(folders["2014-2018"])


def editions_settings(folder: Path) -> dict[str, object]:
    return read_settings(folder / "monitor.toml").as_mapping()["edition"]


def test_settings_that_do_not_hold_the_window_are_refused(tmp_path):
    path = tmp_path / "monitor.toml"
    path.write_text(
        "[edition]\nfirst_year = 2014\nlast_year = 2020\npublished_until = 2018\n"
        "[deliveries]\nsimulated_years = [2016, 2020]\n",
        "utf-8",
    )
    with pytest.raises(InputError) as refused:
        read_settings(path)
    message = str(refused.value)
    assert "published_until lies before the window ends" in message
    assert "simulated_years do not hold the window" in message


def test_an_edition_can_be_published_by_another_process(editions, folders, tmp_path):
    _, edition = editions["2014-2018"]
    write_open_data(pickle.loads(pickle.dumps(edition)), tmp_path)  # noqa: S301 - our own
    sums = (tmp_path / "SHA256SUMS").read_text("utf-8")
    assert sums == (folders["2014-2018"] / "data" / "SHA256SUMS").read_text("utf-8")
