"""The command `follow`, run as a user runs it."""

import json
import subprocess
import sys
from datetime import date, timedelta

import polars as pl
import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError, translate
from slachtoffermonitor.records import Person

START = date(2014, 1, 1)


@pytest.fixture
def files(tmp_path):
    """Forty persons; every second one is a victim again after 400 days, every fourth a suspect."""
    who = [f"p{number}" for number in range(40)]
    row = dict.fromkeys(Person.columns(), None) | {
        "sex": "V",
        "main_form": "BSU",
        "forms": "BSU",
        "route": "BINNENLAND",
        "first_reported_on": START,
    }
    people = pl.DataFrame(
        [row | {"person_id": one, "sex": "VM"[n % 2]} for n, one in enumerate(who)]
    )
    again = [(one, "SLACHTOFFER", 400) for one in who[::2]] + [
        (one, "VERDACHTE", 90) for one in who[::4]
    ]
    events = pl.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(len(again))],
            "person_id": [one for one, _, _ in again],
            "event_role": [role for _, role, _ in again],
            "event_kind": ["GEWELD"] * len(again),
            "occurred_on": [START + timedelta(day) for _, _, day in again],
            "registered_on": [START + timedelta(day) for _, _, day in again],
        }
    )
    presence = pl.DataFrame(
        {
            "person_id": who,
            "entered_on": [date(2000, 1, 1)] * 40,
            "left_on": [None] * 40,
            "exit_reason": [None] * 40,
        }
    )
    paths = []
    for name, frame in (("persons", people), ("events", events), ("presence", presence)):
        frame.write_csv(tmp_path / f"{name}.csv")
        paths.append(str(tmp_path / f"{name}.csv"))
    return paths


def run(*arguments):
    return CliRunner().invoke(root, ["follow", *arguments], catch_exceptions=False)


def test_json_is_one_object_with_figures_and_definition(files):
    found = json.loads(run(*files, "--until", "2022-01-01", "--by", "sex", "--json", "-").output)
    shares = {
        (row["method"], row["group"], row["horizon_years"]): row["share"]
        for row in found["horizons"]
    }
    assert shares["aalen-johansen", "", 1] == pytest.approx(0)
    assert shares["aalen-johansen", "", 5] == pytest.approx(0.5)
    assert shares["fixed", "V", 5] == pytest.approx(1.0)
    assert found["definition"]["clearing_days"] == 30
    assert found["account"]["followed"] == 40
    assert found["overlap"]["shares"][1] == {
        "group": "",
        "linkage": 0.0,
        "sequence": "after",
        "persons": 10,
        "share": 0.25,
        "low": pytest.approx(0.1269, abs=1e-4),
        "high": pytest.approx(0.4120, abs=1e-4),
        "n": 40,
    }
    assert {row["clearing_days"] for row in found["clearing_sensitivity"]} == {0, 14, 30, 90}


def test_the_printed_answer_asks_the_question_first(files):
    shown = run(*files, "--until", "2022-01-01", "--language", "nl").output
    assert "Welk deel werd opnieuw als slachtoffer" in shown
    assert "allen, 5 jaar: 50,0%" in shown
    assert "all, 5 years: 50.0%" in run(*files, "--until", "2022-01-01").output


def test_every_line_is_said_in_dutch_too(files):
    """Also the account of who is left out and why."""
    shown = {
        one: run(*files, "--until", "2014-06-01", "--language", one).output.splitlines()
        for one in ("nl", "en")
    }
    assert len(shown["nl"]) == len(shown["en"])
    same = [line for line in shown["nl"] if line and line in shown["en"]]
    assert same == []


def test_the_words_of_the_account_are_all_translated(files):
    found = json.loads(run(*files, "--until", "2022-01-01", "--json", "-").output)
    for name in found["account"]:
        if name not in ("persons", "followed"):
            said = name.replace("_", " ")
            assert translate(said, "nl") != said


def test_another_id_is_read_from_its_own_column(files, tmp_path):
    people = pl.read_csv(files[0]).with_columns(register_id="person_id", person_id="person_id")
    people = people.with_columns(pl.format("x{}", "person_id").alias("person_id"))
    people.write_csv(tmp_path / "linked.csv")
    arguments = (str(tmp_path / "linked.csv"), *files[1:], "--until", "2022-01-01", "--json", "-")
    found = json.loads(run(*arguments, "--id-column", "register_id").output)
    assert found["account"]["followed"] == 40


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--role", "GETUIGE"), "not a code of the list 'event_roles'; found GETUIGE"),
        (("--kind", "FIETS"), "not a code of the list 'event_kinds'; found FIETS"),
        (("--by", "birth_date"), "not grouped by this"),
    ],
)
def test_codes_and_groups_are_checked_before_anything_is_read(files, option, said):
    with pytest.raises(InputError, match=said):
        run("missing.csv", *files[1:], "--until", "2022-01-01", *option)


def test_a_missing_file_is_one_message_and_exit_one(files):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from slachtoffermonitor.cli import main; main()",
            "follow",
            "nowhere.csv",
            *files[1:],
            "--until",
            "2022-01-01",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "nowhere.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_age_bands_and_mean_numbers_are_given(files):
    arguments = (*files, "--until", "2022-01-01", "--by", "age_band", "--json", "-")
    found = json.loads(run(*arguments).output)
    assert {row["group"] for row in found["horizons"]} == {"", "ONB"}
    counts = {(row["group"], row["horizon_years"]): row for row in found["mean_cumulative_count"]}
    assert counts["", 5.0]["mean"] == pytest.approx(0.5)
    assert found["waiting"] is None


def test_follow_up_ends_earlier_when_events_are_recorded_late(files):
    arguments = (*files, "--until", "2015-03-01", "--recording", "60", "--json", "-")
    found = json.loads(run(*arguments).output)
    assert found["definition"]["recording_days"] == 60
    one = [row for row in found["horizons"] if row["horizon_years"] == 1]
    assert all(row["share"] is None or row["events"] == 0 for row in one)


def test_faulty_rows_are_counted_or_refused(files):
    events = pl.read_csv(files[1], try_parse_dates=True)
    late = events.head(1).with_columns(
        event_id=pl.lit("late"),
        occurred_on=pl.lit(date(2023, 1, 1)),
        registered_on=pl.lit(date(2023, 1, 1)),
    )
    pl.concat([events, late]).write_csv(files[1])
    arguments = (*files, "--until", "2022-01-01")
    assert "event in the future: 1" in run(*arguments).output
    found = json.loads(run(*arguments, "--json", "-").output)
    assert found["account"]["event_in_the_future"] == 1
    assert found["faults"] == [
        {
            "table": "events",
            "row": events.height + 1,
            "fault": "event_in_the_future",
            "treatment": "event left out",
        }
    ]
    with pytest.raises(InputError, match=r"events\.csv, row 31: an event after the last day"):
        run(*arguments, "--faults", "refuse")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_waiting_for_help_is_set_beside_being_helped(files, tmp_path, language):
    requests = pl.DataFrame(
        {
            "request_id": [f"h{number}" for number in range(40)],
            "person_id": [f"p{number}" for number in range(40)],
            "municipality": ["Arnhem"] * 40,
            "care_type": ["OPVANG"] * 40,
            "requested_on": [START] * 40,
            "started_on": [START + timedelta(300 if number % 4 else 500) for number in range(40)],
            "closed_on": [None] * 40,
        },
        schema_overrides={"closed_on": pl.Date},
    )
    requests.write_csv(tmp_path / "care.csv")
    arguments = (*files, "--until", "2022-01-01", "--care", str(tmp_path / "care.csv"))
    found = json.loads(run(*arguments, "--weeks", "4", "--json", "-").output)["waiting"]
    assert found["at_most_weeks"] == 4
    assert found["range"][0] <= found["range"][1]
    assert {row["group"] for row in found["rates"]} == {"", "WAITING", "HELPED"}
    shown = run(*arguments, "--language", language).output
    assert ("weken" if language == "nl" else "weeks") in shown
