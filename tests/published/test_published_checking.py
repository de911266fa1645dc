"""Check a number: the verdicts, the explanations and the rules behind them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import check_number, check_rules, claims, statements
from slachtoffermonitor.vocabulary import code_list

# The verdicts that a reader would expect, the traps of the published figures first. The page of the
# site is held to the same quotes.
QUOTES = Path(__file__).parent / "quotes.json"
CASES = [tuple(row) for row in json.loads(QUOTES.read_text("utf-8"))]


@pytest.mark.parametrize(("quote", "verdict"), CASES)
def test_the_verdict(quote, verdict):
    assert check_number(quote).verdict == verdict


def test_eleven_per_cent_is_explained_against_forty_one():
    check = check_number("11% sexual exploitation 2020")
    english = check.explanation.in_language("en")
    assert "408 of 984 is 41.5%" in english
    assert "11% can fit domestic sexual exploitation only" in english
    assert "No number of victims of domestic sexual exploitation in 2020 was found" in english
    dutch = check.explanation.in_language("nl")
    assert "408 van 984 is 41,5%" in dutch
    assert "alleen passen bij binnenlandse seksuele uitbuiting" in dutch
    assert [answer.relation for answer in check.answers] == ["contradiction", "disputed"]
    assert any("Trafficking in Persons Report 2022" in source for source in check.citations)
    share = check.answers[0].statement
    assert share.value == pytest.approx(100 * 408 / 984)
    assert share.formula.base == ("nr.registered_victims.total.2020",)


def test_the_mixed_total_says_which_year_comes_from_which_series():
    check = check_number("4858 victims 2019-2023")
    text = check.explanation.in_language("en")
    assert "1,372 (2019, reporting point (CoMensha))" in text
    assert "868 (2023, National Rapporteur)" in text
    assert "makes 4,791" in text


def test_a_mixture_that_nobody_printed_is_found_out_too():
    check = check_number("3.024 slachtoffers 2018-2020")  # 668 + 1,372 + 984
    assert check.verdict == "other_definition"
    assert "1,372 (2019, reporting point (CoMensha))" in check.explanation.in_language("en")


def test_police_share_shows_the_other_denominator():
    check = check_number("34% police 2017")
    context = [a.statement for a in check.answers if a.relation == "context"]
    assert [round(statement.value) for statement in context] == [45]
    assert context[0].formula.top() == 432


def test_a_number_of_another_year_is_named_but_never_a_match():
    check = check_number("668 victims 2019")
    assert check.verdict == "contradiction"
    years = [a.statement.years for a in check.answers if a.relation == "other_year"]
    assert years == [(2018, 2018)]


def test_without_a_year_the_answer_says_so():
    check = check_number("668 slachtoffers")
    assert check.verdict == "match"
    assert "noemt geen jaar" in check.explanation.in_language("nl")


def test_words_that_were_not_understood_are_named():
    check = check_number("668 purple victims in 2018")
    assert "Not understood in the quote: purple." in check.explanation.in_language("en")


@pytest.mark.parametrize(
    ("value", "given_", "verdict"),
    [
        (11, {"measure": "share_of_victims", "group": "sexual", "year": 2020}, "contradiction"),
        (41, {"measure": "share_of_victims", "group": "sexual", "year": 2020}, "match"),
        (41, {"group": "sexual", "year": 2020}, "match"),
        (408, {"group": "sexual", "year": 2020}, "match"),
        (668, {"measure": "registered_victims", "year": 2018}, "match"),
        (4894, {"measure": "registered_victims", "year": (2016, 2020)}, "match"),
        (5, {"measure": "estimated_rate", "group": "police", "year": 2020}, "unknown"),
    ],
)
def test_a_value_with_its_codes(value, given_, verdict):
    assert check_number(value=value, **given_).verdict == verdict


def test_options_replace_what_the_quote_says():
    assert check_number("41% sexual exploitation 2020", year=2019).verdict == "contradiction"


def test_nothing_to_check_and_unknown_codes_are_refused():
    with pytest.raises(InputError, match="nothing to check"):
        check_number()
    with pytest.raises(InputError, match="registered_victims"):
        check_number(value=1, measure="happiness")
    with pytest.raises(InputError, match="domestic_sexual"):
        check_number(value=1, group="martians")


COUNTS = [
    entry
    for entry in claims()
    if entry.standing == "published" and entry.value is not None and entry.whole_years
]


@given(entry=st.sampled_from(COUNTS))
def test_every_published_claim_answers_for_itself(entry):
    check = check_number(
        value=entry.value,
        measure=entry.measure,
        group=entry.group,
        year=(entry.first_year, entry.last_year),
    )
    # A number of another series than the Rapporteur's, or one that a better figure corrects.
    expected = {"match"} if entry.series in {"NR", "both"} else {"match", "other_definition"}
    if entry.unit == "one_in":
        return
    assert check.verdict in expected, (entry.id, check.explanation.in_language("en"))


@given(
    value=st.integers(1, 20000),
    first=st.integers(2007, 2030),
    years=st.integers(0, 5),
    group=st.sampled_from(list(code_list("published_groups"))),
)
def test_a_match_is_of_the_very_period_and_group(value, first, years, group):
    check = check_number(value=float(value), year=(first, first + years), group=group)
    for answer in check.answers:
        statement = answer.statement
        if answer.relation == "match":
            inside = statement.years[0] <= first and first + years <= statement.years[1]
            assert statement.years == (first, first + years) or (statement.yearly and inside)
            assert statement.facets == dict(code_list("published_groups")[group].attributes)
        assert answer.citations


def test_every_statement_is_computed_from_claims_and_cited():
    for statement in statements():
        assert statement.claims
        assert statement.low <= statement.value <= statement.high
        if statement.formula:
            assert statement.formula.value() == statement.value


def test_the_rules_can_be_carried_to_another_program():
    rules = json.loads(json.dumps(check_rules()))
    # Python and JavaScript read these alike: no look-behind, no named group, no flag inside.
    for entry in rules["keywords"]["keyword"]:
        for pattern in entry["patterns"]:
            assert "(?<" not in pattern
            assert "(?P" not in pattern
            assert "(?i" not in pattern
    facets = {name for code in code_list("published_groups").values() for name in code.attributes}
    named = {entry["facet"][0] for entry in rules["keywords"]["keyword"] if "facet" in entry}
    assert named <= facets


def test_explanations_are_wholly_in_dutch():
    english = ("published as", "The number", "To compare", "makes", "Not understood", " it is ")
    for quote, _ in CASES:
        check = check_number(quote)
        for text in (check.explanation, *(answer.explanation for answer in check.answers)):
            assert not any(word in text.in_language("nl") for word in english), quote
