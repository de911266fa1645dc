"""Every sentence of the desk, and every word of how two reports agree, is known in Dutch."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override
from tests._sentences import sentences_in

import slachtoffermonitor
from slachtoffermonitor.link.model.clear import clear_design
from slachtoffermonitor.link.private import TokenParameters
from slachtoffermonitor.link.private.columns import EXACT, FILTERS, FORMS
from slachtoffermonitor.link.private.design import private_design
from slachtoffermonitor.service import desk
from slachtoffermonitor.service.desk.pages.reviewing import _COMPARED

DESK = Path(desk.__file__).parent
LOCALE = Path(slachtoffermonitor.__file__).parent / "locale" / "nl"
FEATURES = [
    *("whole_given", "given_sorted", "surname", "name_sorted", "birth_date", "birth_year", "sex"),
    *("birth_first_year", "birth_last_year", "birth_month", "birth_day", "citizenship", "age"),
    *("municipality", "contact", "document", "address", "house_number", "postcode", "region"),
]
# The same word in both languages.
ALIKE = {"Begin"}
pytestmark = pytest.mark.django_db


def sentences():
    return sentences_in(DESK)


def of_agreement():
    private = private_design(TokenParameters(), {*FILTERS, *EXACT, FORMS})
    clear = clear_design(FEATURES)
    compared = (*private.comparisons, *clear.comparisons)
    assert len({one.name for one in compared}) > 8
    assert {one.name for one in compared} <= set(_COMPARED)
    return {level.label for one in compared for level in one.levels}


def test_every_sentence_is_known_in_dutch():
    assert len(sentences()) > 60
    with override("nl"):
        said = sentences() | of_agreement()
        unknown = {text for text in said - ALIKE if gettext(text) == text}
    assert not unknown


def test_nothing_is_catalogued_that_nobody_says():
    link = LOCALE.parents[1] / "link"
    labels = {
        label
        for path in link.rglob("*.py")
        for label in re.findall(r"\"([^\"\n]+)\"", path.read_text("utf-8"))
    }
    with LOCALE.joinpath("desk.po").open("rb") as file:
        catalogued = {message.id for message in read_po(file) if message.id}
    assert catalogued <= sentences() | of_agreement() | labels
