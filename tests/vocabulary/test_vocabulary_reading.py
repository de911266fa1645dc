"""A code list file that is wrong is refused with everything that is wrong in it."""

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.vocabulary._reading import read_code_list

GOOD = """
version = "1"
title = { nl = "Kleuren", en = "Colours" }
source = "nowhere"
[codes.R]
label = { nl = "Rood", en = "Red" }
definition = { nl = "Een kleur.", en = "A colour." }
valid_from = 2020-01-01
valid_to = 2020-12-31
validity_source = "a rule"
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_code_list("colours", text)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_is_read() -> None:
    colours = read_code_list("colours", GOOD)
    assert colours.codes() == ("R",)
    assert colours.parent_list == "colours"
    assert colours.mapped("R", "ctdc") == ()


def test_a_target_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match=r"no such mapping target; found 'nowhere'; allowed: ctdc"):
        read_code_list("colours", GOOD).mapped("R", "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "1"', "", "lacks 'version'"),
        ('source = "nowhere"', 'bron = "nowhere"', "a code list has no such key; found bron"),
        (', en = "Colours"', "", "the title is missing or empty in 'en'"),
        (', en = "Red"', ', en = " "', "the label of R is missing or empty in 'en'"),
        ('nl = "Een kleur.", ', "", "the definition of R is missing or empty in 'nl'"),
        ("valid_to", "valid_until", "a code has no such key, at R; found valid_until"),
        ("2020-12-31", "2019-12-31", "R ends before it begins"),
        ("2020-01-01", '"2020-01-01"', "a validity of R is not a date"),
        ("2020-01-01", "2020-01-01T00:00:00", "a validity of R is not a date"),
        ('validity_source = "a rule"', "", "R has a validity without its source"),
        ("[codes.R]", "[codes.R", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, said: str) -> None:
    found = problems(GOOD.replace(old, new, 1))
    assert any(said in problem for problem in found), found
    assert all(problem.startswith("colours.toml: ") for problem in found)


def test_all_problems_come_together() -> None:
    found = problems('title = { nl = "Kleuren" }\n[codes.R]\nlabel = { nl = "Rood" }\n')
    assert len(found) == 6
