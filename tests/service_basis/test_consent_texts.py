"""The texts that people sign: all there, never changed, asking nothing of a suspect."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.basis import (
    CONSENT_LANGUAGES,
    consent_text,
    consent_texts,
    find_consent_text,
)
from slachtoffermonitor.vocabulary import code_list

NOW = date(2026, 9, 1)
SIGNED = Path(__file__).parent / "consent_digests.json"


def test_there_is_a_text_for_each_giver_purpose_and_language():
    for giver in ("ZELF", "OUDER", "VOOGD"):
        for purpose in code_list("purposes"):
            texts = [consent_text(giver, purpose, lang, on=NOW) for lang in CONSENT_LANGUAGES]
            assert len({text.sha256 for text in texts}) == len(texts)
            assert all(len(text.paragraphs) == 5 for text in texts)
    assert len(consent_texts()) == 3 * 3 * 4


def test_a_signed_text_never_changes():
    """A digest may be added with a new version; one that stands here stays."""
    stored = json.loads(SIGNED.read_text(encoding="utf-8"))
    assert stored == {text.text_id: text.sha256 for text in consent_texts().values()}


def test_the_digest_is_that_of_the_text_that_is_shown():
    text = consent_text("ZELF", "REGISTER", "nl", on=NOW)
    assert hashlib.sha256(text.text.encode()).hexdigest() == text.sha256
    assert find_consent_text(text.text_id) == text


def test_plain_texts_are_shorter_and_have_short_sentences():
    for text in consent_texts().values():
        if not text.language.endswith("-plain"):
            plain = consent_text(text.giver, text.purpose, f"{text.language}-plain", on=NOW)
            assert len(plain.text) < len(text.text) * 2 / 3
            sentences = plain.text.replace("?", ".").replace(":", ".").split(".")
            assert max(len(sentence.split()) for sentence in sentences) <= 16


def test_every_text_says_that_no_is_an_answer_and_that_yes_can_be_withdrawn():
    said = {"nl": ("nee", "intrekken"), "en": ("no", "withdraw")}
    said |= {"nl-plain": ("nee", "wissen"), "en-plain": ("no", "erase")}
    for text in consent_texts().values():
        assert all(word in text.text for word in said[text.language]), text.text_id


@pytest.mark.parametrize("asked", [("POL", "REGISTER", "nl"), ("ZELF", "X", "nl")])
def test_a_text_that_does_not_exist_is_refused(asked):
    with pytest.raises(InputError, match="is not known"):
        consent_text(*asked, on=NOW)


def test_languages_days_and_ids_that_do_not_exist_are_refused():
    with pytest.raises(InputError, match="is not known"):
        consent_text("ZELF", "ZORG", "de", on=NOW)
    with pytest.raises(InputError, match="for this day"):
        consent_text("ZELF", "ZORG", "nl", on=date(2013, 12, 31))
    with pytest.raises(InputError, match="no such text"):
        find_consent_text("2026.1/ZELF/ZORG/de")
