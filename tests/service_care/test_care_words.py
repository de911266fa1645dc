"""Every sentence of care is known in Dutch, and nothing else is catalogued."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

import slachtoffermonitor
from slachtoffermonitor.service import care

CARE = Path(care.__file__).parent
LOCALE = Path(slachtoffermonitor.__file__).parent / "locale" / "nl"
# The same word in both languages.
ALIKE = {"Status"}
pytestmark = pytest.mark.django_db


def sentences():
    found = set()
    for path in CARE.rglob("*.html"):
        page = path.read_text("utf-8")
        found |= set(re.findall(r"{%\s*translate \"([^\"]+)\"", page))
    for path in CARE.rglob("*.py"):
        page = path.read_text("utf-8")
        found |= set(re.findall(r"(?:\b_|gettext)\(\s*\"([^\"]+)\"", page))
        found |= set(re.findall(r"Problem\(\s*what=\"([^\"]+)\"", page))
    for path in CARE.glob("*.toml"):
        found |= set(re.findall(r"^entrance = \"([^\"]+)\"", path.read_text("utf-8"), re.M))
    return found | {"%(days)s day", "%(days)s days"}


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
