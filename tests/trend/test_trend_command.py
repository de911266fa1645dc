"""The command `trend` and its questions, run as a user runs them."""

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from slachtoffermonitor import trend
from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.records import Notification

MONDAY = date(2014, 1, 6)
POLICE = (
    "year,group,count\n2017,POL,432\n2017,ZC,320\n2017,NLA,59\n"
    "2018,POL,530\n2018,ZC,91\n2018,NLA,87\n"
)
EXPECTED_KEYS = {
    "drivers": {"total", "contributions", "driver", "against", "sentences", "counting"},
    "interruption": {"effects", "absences", "left_out", "notices", "sentences", "counting"},
    "breaks": {"found", "segments", "p_value", "false_alarm", "sentences", "counting"},
    "silence": {"alarms", "weekly", "reporters", "false_alarms_per_year", "counting"},
    "funnel": {"places", "curve", "between", "verdict", "sentence", "counting"},
}


def run(*arguments):
    return CliRunner().invoke(root, ["trend", *map(str, arguments)], catch_exceptions=False).output


def asked(*arguments):
    """Give the JSON object of a question; nothing else may be printed, and no NaN."""
    return json.loads(run(*arguments, "--json", "-"), parse_constant=pytest.fail)


def deliver(folder, reporter, days):
    """Write a delivery of notifications, one for each day."""
    row = dict.fromkeys(Notification.columns(), None) | {
        "reporter": reporter,
        "basis": "WPG",
        "purpose": "REGISTER",
        "sex": "V",
        "main_form": "BSU",
        "forms": "BSU",
        "route": "BINNENLAND",
    }
    path = folder / f"notifications-{reporter}.csv"
    pl.DataFrame(
        [
            row | {"notification_id": f"{reporter}-{number}", "reported_on": day}
            for number, day in enumerate(days)
        ],
        infer_schema_length=None,
    ).write_csv(path)
    return path


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory):
    """Five years: the police report on, guardians stop on 25 May 2018."""
    folder = tmp_path_factory.mktemp("deliveries")
    chance = np.random.default_rng(4)
    days = [MONDAY + timedelta(day) for day in range(5 * 365)]
    police = np.repeat(days, chance.poisson(1.0, len(days)))
    guardians = np.repeat(days, chance.poisson(0.25, len(days)))
    return [
        deliver(folder, "POL", police),
        deliver(folder, "NIDOS", guardians[guardians < date(2018, 5, 25)]),
    ]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "places.csv"
    path.write_text(
        "place,count,size\nAmstel,90,1000\nBerg,30,1000.5\nCamp,33,1000\nDorp,28,1000\nEem,1,9\n"
    )
    return path


def arguments_of(question, deliveries, places):
    return {
        "drivers": [*deliveries, "--after", 2018],
        "interruption": [*deliveries, "--at", "2016-06-01"],
        "breaks": [*deliveries, "--reporter", "NIDOS"],
        "silence": [*deliveries],
        "funnel": [places],
    }[question]


@pytest.mark.parametrize("question", EXPECTED_KEYS)
def test_every_question_gives_one_object_and_sentences_in_both_languages(
    question, deliveries, places
):
    given = arguments_of(question, deliveries, places)
    found = asked(question, *given)
    assert EXPECTED_KEYS[question] <= set(found)
    english, dutch = (run(question, *given, "--language", one) for one in ("en", "nl"))
    assert english.splitlines()
    assert len(english.splitlines()) == len(dutch.splitlines())
    for one, other in zip(english.splitlines(), dutch.splitlines(), strict=True):
        assert one != other


def test_a_file_without_a_question_is_asked_what_changed(tmp_path):
    (tmp_path / "counts.csv").write_text("year,count\n2019,1334\n2020,984\n")
    plain = asked(tmp_path / "counts.csv")
    assert plain == asked("change", tmp_path / "counts.csv")
    assert "more than a quarter fewer" in plain["changes"][0]["sentence"]
    shown = run("--level", "0.9", tmp_path / "counts.csv")
    assert "90% interval" in shown


def test_a_misspelt_question_is_answered_with_the_questions_there_are():
    said = run("sillence", "counts.csv")
    assert "'sillence' is neither a question nor a file" in said
    assert "interruption, silence" in said


def test_drivers_of_counts_are_those_of_the_room(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text(POLICE)
    found = asked("drivers", path)
    direct = trend.drivers(pl.read_csv(path))
    assert (found["driver"], found["driving"]) == (direct.driver, direct.driving) == ("ZC", "only")
    assert found["against"] == ["POL"]
    assert found["total"]["ratio"] == direct.total.ratio
    assert found["rate_and_mix"] is None
    path.write_text(POLICE.replace("\n", ",1000\n").replace("count,1000", "count,size"))
    assert asked("drivers", path)["rate_and_mix"]["by_mix"]["value"] == 0


def test_notifications_are_counted_by_year_and_group(deliveries):
    found = asked("drivers", *deliveries, "--after", 2018)
    assert len(found["counting"]) == 1  # some days of 2019
    counted = {
        path.stem[14:]: pl.read_csv(path, try_parse_dates=True)["reported_on"].dt.year()
        for path in deliveries
    }
    for one in found["contributions"]:
        years = counted[one["group"]].to_list()
        assert (one["before"], one["after"]) == (years.count(2017), years.count(2018))
    assert any("Nidos (guardians)" in one for one in found["sentences"])


def test_a_period_that_is_not_over_is_left_out_and_said(deliveries):
    until = "2018-12-15"
    found = asked("drivers", *deliveries, "--until", until)
    assert (found["year_from"], found["year_to"]) == (2016, 2017)
    days = pl.concat(pl.read_csv(path, try_parse_dates=True)["reported_on"] for path in deliveries)
    late = int((days > date(2017, 12, 31)).sum())
    assert found["counting"] == [
        "Reports that are left out, because they lie after 2017-12-31, the end of the last year "
        f"that was over: {late:,}."
    ]
    silent = asked("silence", *deliveries, "--until", "2018-12-18")
    after = int((days > date(2018, 12, 16)).sum())
    assert silent["counting"][0].endswith(
        f"2018-12-16, the end of the last week that was over: {after}."
    )


def test_an_event_is_judged_by_reporter_and_by_type(deliveries):
    found = asked("interruption", *deliveries, "--at", "2016-06-01", "--control", "MAG_MELDEN")
    scopes = {one["scope"] for one in found["effects"]}
    assert scopes == {"all", "panel", "OPSPORING", "MAG_MELDEN"}
    police = next(one for one in found["effects"] if one["scope"] == "OPSPORING")
    assert police["against_control"]["low"] < 1 < police["against_control"]["high"]
    single = asked("interruption", *deliveries, "--at", "2016-06-01", "--reporter", "POL")
    assert [one["scope"] for one in single["effects"]] == ["all"]
    assert single["points_before"] == 29


def test_the_break_of_the_guardians_is_dated(deliveries):
    found = asked("breaks", *deliveries, "--reporter", "NIDOS")
    (one,) = found["found"]
    assert one["at"] in ("2018-05-01", "2018-06-01")
    assert one["events"] == ["AVG_2018"]
    quarters = asked("breaks", *deliveries, "--reporter", "NIDOS", "--every", "quarter")
    assert sum(row["periods"] for row in quarters["segments"]) == 20


def test_counts_in_a_file_may_hold_reporters_or_effort(tmp_path):
    chance = np.random.default_rng(2)
    months = pl.date_range(date(2016, 1, 1), date(2019, 12, 1), "1mo", eager=True)
    rows = pl.DataFrame({"period": months, "count": chance.poisson(20, 48), "effort": [1.5] * 48})
    rows.write_csv(tmp_path / "effort.csv")
    found = asked("interruption", tmp_path / "effort.csv", "--at", "AVG_2018")
    direct = trend.interruption(rows, at="AVG_2018")
    assert found["effects"][0]["ratio"]["value"] == direct.effect.ratio.value
    both = pl.concat(rows.select("period", "count", reporter=pl.lit(one)) for one in ("POL", "ZC"))
    both.write_csv(tmp_path / "reporters.csv")
    added = asked("breaks", tmp_path / "reporters.csv")
    assert sum(row["count"] for row in added["segments"]) == 2 * rows["count"].sum()


def test_guardians_are_silent_from_notifications_and_from_weekly_counts(deliveries, tmp_path):
    found = asked("silence", *deliveries, "--until", "2018-12-30")
    (alarm,) = [one for one in found["alarms"] if one["on"]]
    assert (alarm["reporter"], alarm["kind"], alarm["received"]) == ("NIDOS", "silent", 0)
    assert alarm["since"] == "2018-05-28"
    assert set(found["weekly"][0]) >= {"reporter", "week", "received", "expected"}
    weekly = pl.DataFrame(found["weekly"]).select("reporter", "week", count="received")
    weekly.write_csv(tmp_path / "weekly.csv")
    again = asked("silence", tmp_path / "weekly.csv")
    assert again["alarms"] == found["alarms"]
    assert "Nidos heeft sinds mei 2018 niets gemeld" in run(
        "silence", tmp_path / "weekly.csv", "--language", "nl"
    )


def test_places_are_told_by_name_and_not_by_rank(places):
    found = asked("funnel", places)
    assert [row["place"] for row in found["places"]] == ["Amstel", "Berg", "Camp", "Dorp", "Eem"]
    assert [row["verdict"] for row in found["places"]][0::4] == ["higher", "too few"]
    shown = run("funnel", places)
    assert "Amstel: 90 where" in shown
    assert "fewer than 5 were to be expected there: 1." in shown


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (["drivers"], "year,group,count\n2019,A,1\n2019,B,2\n2020,A,3\n", "2020 B"),
        (["drivers"], "year,count\n2019,1\n2020,3\n", "column 'group': the column is missing"),
        (["drivers"], "year,group,count,size\n2019,A,1,0\n2020,A,3,x\n", "found 'x'"),
        (["drivers"], "year,group,count,size\n2019,A,1,\n2020,A,3,1\n", "row 1, column 'size'"),
        (["drivers", "--by", "sex"], "year,group,count\n2019,A,1\n2020,A,3\n", "--by says how"),
        (["drivers", "--before", "1999"], POLICE, r"bad.csv, column 'year'.*found 1999"),
        (["breaks"], "period,count\n2020-01-01,5\n2020-02-30,6\n", "row 2, column 'period'"),
        (["breaks"], "period,count,colour\n2020-01-01,5,red\n", "'colour': the column is not"),
        (["breaks", "--every", "week"], "period,count\n2020-01-01,5\n", "--every says how"),
        (["breaks", "--reporter", "ZZ"], "period,count\n2020-01-01,5\n", "no column reporter"),
        (["interruption", "--at", "NO"], "period,count\n2020-01-01,5\n", "allowed: AVG_2018"),
        (["silence"], "reporter,week,count\nA,2020-01-06,0\n", "nobody ever reported"),
        (["silence"], "reporter,week,count\nA,2020-01-06,2\n", "begin after the last week"),
        (["funnel"], "place,count\nA,1\nB,2\n", "size, expected, whole"),
        (["funnel"], "place,count,size\nA,1,5\nA,2,5\n", "column 'place': occurs more than once"),
        (["funnel"], "place,count,whole\nA,3,2\nB,1,2\nC,1,2\n", "found 3 of 2"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(tmp_path, question, text, said):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        run(question[0], tmp_path / "bad.csv", *question[1:])


def test_deliveries_are_not_mixed_with_counts_nor_given_twice(deliveries, tmp_path):
    (tmp_path / "counts.csv").write_text(POLICE)
    with pytest.raises(InputError, match=r"counts\.csv: is no delivery of notifications"):
        run("drivers", *deliveries, tmp_path / "counts.csv")
    with pytest.raises(InputError, match="counts come in one file; found 2 files"):
        run("drivers", tmp_path / "counts.csv", tmp_path / "counts.csv")
    with pytest.raises(InputError, match="delivered more than once") as caught:
        run("silence", deliveries[0], deliveries[0])
    assert len(caught.value.problems) == 1
    with pytest.raises(InputError, match="no month was over"):
        run("breaks", *deliveries, "--until", "1999-01-01")
    with pytest.raises(InputError, match="week that was over on 1999"):
        run("silence", *deliveries, "--until", "1999-01-01")
