"""The command: one answer in words, one as JSON, and refusals in one line."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from slachtoffermonitor.commands.may_report import command
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.basis import Situation, may_report


def call(*arguments):
    done = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_answer_in_dutch_names_who_can_consent_and_no_suspect():
    said = call("--reporter", "JEUGD", "--age", "15", "--suspect", "OUDER", "--language", "nl")
    assert "Wie toestemming kan geven: Schriftelijk, door een voogd of mentor\n" in said
    assert "door een ouder" not in said
    assert "kan met naam beslissen" in said


def test_the_answer_as_json_is_that_of_the_room():
    asked = ("--reporter", "OPVANG", "--age", "16", "--consent", "OUDER", "--minors", "TOT_18")
    said = json.loads(call(*asked, "--on", "2026-09-01", "--json", "-"))
    assert (said["basis"], said["may_send"], said["light"]) == ("TOEST_OUDER", "VOLLEDIG", "green")
    assert said["question"]["age"] == "L16_17"
    assert said["rules"]["rule"] == "parents-consent"
    situation = Situation(reporter="OPVANG", age="L16_17")
    missing = may_report(situation, on=date(2026, 9, 1))
    said = json.loads(call("--reporter", "OPVANG", "--age", "16", "--json", "-"))
    assert [text["text_id"].split("/")[1] for text in said["consent_texts"]] == ["ZELF", "ZELF"]
    assert said["reason"] == missing.reason["en"]


def test_the_texts_are_printed_when_asked_for():
    said = call("--reporter", "OPVANG", "--age", "30", "--text", "--language", "nl")
    assert "Toestemming van mij" in said
    assert "Mag dit? Ja of nee" in said


def test_sources_that_were_not_read_say_so():
    assert "not read in full" in call("--reporter", "POL", "--age", "30")


def test_other_answers_are_told():
    said = call("--reporter", "POL", "--purpose", "ZORG", "--age", "30")
    assert "What you may report now: Registration" in said


@pytest.mark.parametrize("wrong", [("--reporter", "FBI"), ("--reporter", "POL", "--age", "999")])
def test_what_does_not_exist_is_refused(wrong):
    with pytest.raises(InputError):
        call(*wrong)
