"""The words of the site and the factsheet: all translated, with the same placeholders."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from babel.messages.extract import extract_from_dir

import slachtoffermonitor.publish as room
from slachtoffermonitor.disclose import Column, Table, protect, release
from slachtoffermonitor.ground import Text, translate
from slachtoffermonitor.publish._reading import read_cells, words
from slachtoffermonitor.publish.site.claim_words import claim_words
from slachtoffermonitor.published import claim, claims

_ROOM = Path(room.__file__).parent
_SAME = {
    "Menu",
    "Start",
    "Downloads",
    "Factsheet",
    "Register",
    "register",
    "downloads",
    "{size} kB",
    "Fig.",
    "Python",
    "Online platforms",
    "{group}: {first} in {first_year}, {last} in {last_year}",
    "{one}; {more}",
    "interval {interval}",
    "status",
    "{dimension}: {value}",
    "{title}. {edition}. {source}. {address}",
}


def messages() -> list[str]:
    found = extract_from_dir(
        str(_ROOM),
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        keywords={"t": None, "say": None, "Text": None, "translate": None},
        options_map={"templates/**.html": {"silent": "false"}},
    )
    return sorted({m if isinstance(m, str) else m[0] for _, _, m, *_ in found})


def test_every_message_has_a_dutch_translation_with_the_same_placeholders():
    all_messages = messages()
    assert len(all_messages) > 200
    missing = [
        m for m in all_messages if translate(m, "nl") == m and m not in _SAME and m != "table"
    ]
    assert not missing
    fields = re.compile(r"\{(\w+)\}")
    for message in all_messages:
        dutch = translate(message, "nl")
        assert set(fields.findall(dutch)) == set(fields.findall(message)), message


def test_the_catalogue_holds_nothing_that_is_not_used():
    from babel.messages.pofile import read_po

    folder = files("slachtoffermonitor").joinpath("locale", "nl")
    catalogued: set[str] = set()
    for path in folder.iterdir():
        if not path.name.startswith(("publish.", "publish_", "report.")):
            continue
        with path.open("rb") as file:
            catalogued |= {message.id for message in read_po(file) if message.id}
    assert catalogued <= set(messages())


def _column(name: str, role: str) -> Column:
    return Column(name=name, label=Text(name), role=role)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "pattern", "nl", "en"),
    [
        (5433, "", "5.433", "5,433"),
        (0.468, "#,##0.0%", "46,8%", "46.8%"),
        (9.36, "", "9,36", "9.36"),
        (-46.77, "", "-46,8", "-46.8"),
        (52823.5, "", "52.824", "52,824"),
        (0.0004, "#,##0.0%", "0,040%", "0.040%"),
        (0.000002, "#,##0.0%", "minder dan 0,001%", "less than 0.001%"),
        (0.0, "#,##0.0%", "0,0%", "0.0%"),
        (1.0, "#,##0.00", "1,00", "1.00"),
        (None, "", "–", "–"),
    ],
)
def test_numbers_are_written_per_language(value, pattern, nl, en):
    column = _column("value", "measure")
    assert words(value, column, "nl", pattern=pattern) == nl
    assert words(value, column, "en", pattern=pattern) == en


def test_a_year_is_not_grouped():
    assert words(2018, _column("year", "dimension"), "nl") == "2018"


def test_a_claim_reads_with_its_figure_denominator_and_vintage():
    by_id = {one.id: one for one in claims()}
    revised = claim_words(claim("nr.registered_victims.total.2017.v2019"), by_id, "nl")
    assert revised["shown"] == "956 personen"
    assert "stand 2019" in str(revised["series"])
    ratio = claim_words(claim("mse.in_view_ratio.total.2018"), by_id, "en")
    assert ratio["shown"] == "about 1 in 9"
    span = claim_words(claim("mse.estimated_victims.total.2014-2015.range"), by_id, "nl")
    assert span["shown"] == "5.000 tot 7.500 personen per jaar"


@pytest.mark.parametrize(
    ("name", "rows", "read"),
    [
        ("ratio", [(1.0, 0.93, 1.1)], ["1.00", "0.93", "1.10"]),
        ("share", [(0.22, 0.19, 0.26)], ["22%", "19%", "26%"]),
        ("share", [(0.22, 0.19, 0.263)], ["22.0%", "19.0%", "26.3%"]),
        ("estimate", [(40.0, 12.0, 98.0)], ["40", "12", "98"]),
    ],
)
def test_limits_are_written_as_what_they_are_the_limits_of(name, rows, read):
    names = (name, "low", "high")
    table = Table(
        name="t",
        title=Text("Registered victims"),
        frame=pl.DataFrame(rows, schema=names, orient="row"),
        columns=tuple(_column(one, "measure") for one in names),
        origin="published",
        source=Text("Registered victims"),
    )
    released = release(protect([table]))["t"]
    cells = [read_cells(released, released.column(one), released.frame, "en")[0] for one in names]
    assert cells == read
