"""The command: readable, exact codes, one JSON object."""

import json

import click
import pytest
from click.testing import CliRunner

from slachtoffermonitor.commands.check import command
from slachtoffermonitor.ground import InputError


def run(*arguments, **options):
    return CliRunner().invoke(command, list(arguments), **options)


def test_a_contradiction_is_told_with_its_sources_and_exit_0():
    result = run("11% sexual exploitation 2020")
    assert result.exit_code == 0
    assert result.output.startswith("Verdict: contradiction")
    assert "408 of 984 is 41.5%" in result.output
    assert "Trafficking in Persons Report 2022" in result.output


def test_it_speaks_dutch():
    result = run("152 minderjarigen in 2020", "--language", "nl")
    assert result.output.startswith("Oordeel: andere definitie")
    assert "18 tot en met 22 jaar" in result.output
    assert "Bronnen:" in result.output


def test_json_is_one_object_and_nothing_else():
    result = run("+14% chat 2021", "--json", "-")
    answer = json.loads(result.output)
    assert answer["verdict"] == "match"
    assert answer["question"]["years"] == [2021, 2021]
    derived = next(s for s in answer["statements"] if s["origin"] == "change")
    assert (derived["numerator"], derived["denominator"]) == (285, 250)
    assert derived["citations"]


def test_options_instead_of_a_sentence():
    arguments = ["--value", "41", "--measure", "share_of_victims", "--group", "sexual"]
    assert "Verdict: match" in run(*arguments, "--year", "2020").output
    assert "Verdict: match" in run("--value", "4894", "--year", "2016-2020").output


@pytest.mark.parametrize("arguments", [[], [" "], ["--year", "2020"]])
def test_nothing_to_check_is_a_usage_error(arguments):
    result = run(*arguments)
    assert result.exit_code == click.UsageError.exit_code == 2
    assert "--value" in result.output


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--measure", "happiness"], "repeat_victimisation"),
        (["--group", "martians"], "within_7_years"),
        (["--year", "last"], "2016-2020"),
        (["--year", "2020-2016"], "2016-2020"),
    ],
)
def test_bad_codes_name_what_is_allowed(arguments, allowed):
    result = run("--value", "5", *arguments)
    assert isinstance(result.exception, InputError)
    assert allowed in str(result.exception)
