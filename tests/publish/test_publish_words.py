"""The words of the site and the factsheet: all translated, with the same placeholders."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import slachtoffermonitor.publish as room
from slachtoffermonitor.disclose import Column
from slachtoffermonitor.ground import Text, translate
from slachtoffermonitor.publish._reading import words
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
    ("value", "share", "nl", "en"),
    [
        (5433, False, "5.433", "5,433"),
        (0.468, True, "46,8%", "46.8%"),
        (9.36, False, "9,36", "9.36"),
        (-46.77, False, "-46,8", "-46.8"),
        (52823.5, False, "52.824", "52,824"),
        (0.0004, True, "0,040%", "0.040%"),
        (0.000002, True, "minder dan 0,001%", "less than 0.001%"),
        (0.0, True, "0,0%", "0.0%"),
        (None, False, "–", "–"),
    ],
)
def test_numbers_are_written_per_language(value, share, nl, en):
    column = _column("value", "measure")
    assert words(value, column, "nl", share=share) == nl
    assert words(value, column, "en", share=share) == en


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
