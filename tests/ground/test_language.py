"""One sentence, two languages, numbers written as each language writes them."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import slachtoffermonitor
from slachtoffermonitor.ground import LANGUAGES, Number, Text, translate


@pytest.mark.parametrize(
    ("number", "en", "nl"),
    [
        (Number(5433), "5,433", "5.433"),
        (Number(46.8, "#,##0.0"), "46.8", "46,8"),
        (Number(0.468, "0.0%"), "46.8%", "46,8%"),
        (Number(-26.2, "#,##0.0"), "-26.2", "-26,2"),
    ],
)
def test_numbers_follow_the_language(number, en, nl):
    assert (number.in_language("en"), number.in_language("nl")) == (en, nl)


def test_a_year_is_not_grouped_and_a_text_inside_a_text_is_rendered_too():
    inner = Text("{n} victims", {"n": Number(1334)})
    whole = Text("In {year}: {what}", {"year": 2019, "what": inner})
    assert whole.in_language("en") == "In 2019: 1,334 victims"
    assert [number.value for number in whole.numbers()] == [1334]


def test_a_message_without_translation_stands_as_it_is():
    assert translate("no such sentence", "nl") == "no such sentence"


def test_an_empty_text_is_empty_and_not_the_header_of_the_catalogue():
    assert [Text("").in_language(language) for language in LANGUAGES] == ["", ""]


def test_every_catalogue_keeps_the_placeholders_of_each_message():
    folder = Path(slachtoffermonitor.__file__).parent / "locale" / "nl"
    catalogues = sorted(folder.glob("*.po"))
    assert catalogues
    for path in catalogues:
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale="nl") if message.id]
        for message in messages:
            assert message.string, f"{path.name}: no Dutch for {message.id!r}"
            assert _placeholders(message.id) == _placeholders(message.string), (
                f"{path.name}: other placeholders in the Dutch of {message.id!r}"
            )


def _placeholders(message) -> set[str]:
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(str(message)) if name}
