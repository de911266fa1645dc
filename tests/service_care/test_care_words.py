"""Every sentence of care is known in Dutch, and nothing else is catalogued."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override
from tests._sentences import sentences_in

import slachtoffermonitor
from slachtoffermonitor.service import care

CARE = Path(care.__file__).parent
LOCALE = Path(slachtoffermonitor.__file__).parent / "locale" / "nl"
# The same word in both languages.
ALIKE = {"Status"}
pytestmark = pytest.mark.django_db


def sentences():
    return sentences_in(CARE) | {"%(days)s day", "%(days)s days"}


def problems_of_the_register():
    checking = CARE.parent.joinpath("register", "receiving", "checking.py").read_text("utf-8")
    return set(re.findall(r"what=\"([^\"]+)\"", checking))


def test_every_sentence_is_known_in_dutch():
    with override("nl"):
        unknown = {text for text in sentences() if gettext(text) == text} - ALIKE
    assert not unknown


def test_nothing_is_catalogued_that_nobody_says():
    with LOCALE.joinpath("care.po").open("rb") as file:
        catalogued = {message.id for message in read_po(file) if message.id}
    assert catalogued <= sentences() | problems_of_the_register()
