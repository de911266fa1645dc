"""GLOSSARY.md holds every code and every term, and is what the vocabulary says."""

from pathlib import Path

import pytest

from slachtoffermonitor.ground import LANGUAGES
from slachtoffermonitor.vocabulary import (
    code_list,
    code_list_names,
    glossary_code_lists,
    glossary_terms,
    render_glossary,
)

GLOSSARY = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
TERMS = (
    "Capture history",
    "Multiple systems estimation",
    "Extended maximum likelihood",
    "Aalen-Johansen",
    "Kaplan-Meier",
    "Clearing period",
    "Notification",
    "Victim",
    "Vintage",
    "Series",
    "Disclosure control",
    "Cell suppression",
    "Controlled rounding",
    "Cell key",
    "Legal basis",
    "Count-only report (tally)",
    "B8/3 rule",
    "Reflection period",
    "Dublin claimant",
    "Care coordinator",
)


def test_only_countries_and_published_claims_are_left_out() -> None:
    left_out = set(code_list_names()) - set(glossary_code_lists())
    assert left_out == {"countries"} | {
        name for name in code_list_names() if name.startswith("published_")
    }


@pytest.mark.parametrize("name", glossary_code_lists())
def test_every_code_is_in_the_glossary(name: str) -> None:
    section = GLOSSARY.split(f"(`{name}`)\n", 1)[1].split("\n## ", 1)[0]
    for code, entry in code_list(name).items():
        row = next((line for line in section.splitlines() if line.startswith(f"| `{code}` |")), "")
        assert row, f"{code} of {name} is missing: run python scripts/glossary.py"
        for words in (*entry.label.values(), entry.definition["en"], f"`{name}`"):
            assert words in row


@pytest.mark.parametrize("term", TERMS)
def test_terms_of_the_field_are_in_the_glossary(term: str) -> None:
    assert f"\n| {term} | " in GLOSSARY


def test_every_term_is_in_both_languages_and_lives_somewhere() -> None:
    terms = glossary_terms()
    assert len({term.key for term in terms}) == len(terms) > 60
    for term in terms:
        assert all(term.label[language].strip() for language in LANGUAGES)
        assert all(term.definition[language].endswith(".") for language in LANGUAGES)
        assert term.definition["nl"] != term.definition["en"]
        assert term.lives


def test_the_glossary_is_what_the_vocabulary_says() -> None:
    assert render_glossary() == GLOSSARY, "run python scripts/glossary.py"


def test_tables_of_the_glossary_are_whole() -> None:
    for line in GLOSSARY.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")
            assert line.count("|") in {5, 6}
