"""A delivery is read whole or refused with everything that is wrong in it."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.records import Event, Notification, Presence, Tally, check, read

TALLY = {
    "tally_id": "t1",
    "reporter": "NIDOS",
    "month": "2018-06-01",
    "age_band": "L00_17",
    "form": "BSU",
    "region": "",
    "persons": "4",
}
NOTIFICATION = {
    "notification_id": "n1",
    "reporter": "POL",
    "organisation": "Politie",
    "reported_on": "2019-05-01",
    "basis": "WPG",
    "purpose": "REGISTER",
    "given_name": "Verzonnen",
    "surname": "Naamgeheim",
    "birth_date": "2001-02-03",
    "birth_year": "2001",
    "sex": "V",
    "citizenship": "NL",
    "municipality": "Utrecht",
    "contact_fragment": "0042",
    "main_form": "BSU",
    "forms": "BSU;CRIM",
    "route": "BINNENLAND",
    "exploited_from": "2018-01-01",
    "exploited_until": "2019-01-01",
    "residence": "",
    "recruiter_relation": "",
    "platforms": "",
}


def written(folder, rows, *, name="file.csv"):
    path = folder / name
    pl.DataFrame(rows).write_csv(path)
    return path


def problems(path, schema):
    with pytest.raises(InputError) as refused:
        read(path, schema)
    return refused.value.problems


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_the_same_rows_come_out_of_every_kind_of_file(tmp_path, suffix):
    path = tmp_path / f"file{suffix}"
    frame = pl.DataFrame([TALLY, TALLY | {"tally_id": "t2", "persons": "0", "region": "Twente"}])
    typed = frame.with_columns(pl.col("month").str.to_date(), pl.col("persons").cast(pl.Int64))
    {".csv": frame.write_csv, ".xlsx": typed.write_excel, ".parquet": typed.write_parquet}[suffix](
        path
    )
    rows = read(path, Tally)
    assert rows.schema["month"] == pl.Date
    assert rows.row(0, named=True) == {
        "tally_id": "t1",
        "reporter": "NIDOS",
        "month": date(2018, 6, 1),
        "age_band": "L00_17",
        "form": "BSU",
        "region": None,
        "persons": 4,
    }
    assert rows["persons"].to_list() == [4, 0]


@pytest.mark.parametrize(
    ("column", "value", "what", "allowed"),
    [
        ("reporter", "POLITIE", "not a code of the list 'reporters'", "KMAR"),
        ("month", "2018-02-30", "not a date that exists", "YYYY-MM-DD"),
        ("month", "1-6-2018", "not a date that exists", "YYYY-MM-DD"),
        ("month", "0018-06-01", "not a date that exists", "1900"),
        ("persons", "-4", "outside its limits", "from 0"),
        ("persons", "4,5", "not a whole number", "digits"),
        ("persons", "many", "not a whole number", "digits"),
        ("persons", "", "is empty", "a value"),
        ("form", "", "is empty", "a code of the list 'forms'"),
    ],
)
def test_a_wrong_cell_is_named_by_file_row_column_found_and_allowed(
    tmp_path, column, value, what, allowed
):
    path = written(tmp_path, [TALLY, TALLY | {"tally_id": "t2", column: value}])
    (problem,) = problems(path, Tally)
    assert (problem.file, problem.row, problem.column) == (str(path), 2, column)
    assert what in problem.what
    assert allowed in problem.allowed
    if value:
        assert value in problem.found or column == "persons"


def test_all_problems_come_at_once_in_the_order_of_the_rows(tmp_path):
    rows = [
        TALLY | {"persons": "-1"},
        TALLY | {"reporter": "X", "month": "x"},
        TALLY | {"tally_id": "t3"},
    ]
    found = problems(written(tmp_path, rows), Tally)
    assert [(p.row, p.column) for p in found] == [
        (1, "persons"),
        (1, "tally_id"),
        (2, "month"),
        (2, "reporter"),
        (2, "tally_id"),
    ]


def test_missing_and_unknown_columns_are_all_named(tmp_path):
    row = {k: v for k, v in TALLY.items() if k not in ("form", "month")} | {"vorm": "BSU"}
    found = problems(written(tmp_path, [row]), Tally)
    assert {(p.column, p.what) for p in found} == {
        ("form", "the column is missing"),
        ("month", "the column is missing"),
        ("vorm", "the column is not known"),
    }


def test_who_somebody_is_never_stands_in_an_error(tmp_path):
    bad = NOTIFICATION | {"birth_date": "2001-13-03", "reported_on": "never", "main_form": "X"}
    path = written(tmp_path, [bad, bad])
    with pytest.raises(InputError) as refused:
        read(path, Notification)
    message = str(refused.value)
    assert "birth_date" in message
    for secret in ("Naamgeheim", "Verzonnen", "2001-13-03", "0042"):
        assert secret not in message


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"exploited_until": "2017-01-01"}, "exploitation ends after it began"),
        ({"reported_on": "2017-05-01"}, "reported after exploitation began"),
        ({"birth_date": "2020-02-03"}, "born before reported"),
        ({"main_form": "ARB"}, "main form among forms"),
    ],
)
def test_rules_between_columns_are_told_in_words(tmp_path, change, rule):
    found = problems(written(tmp_path, [NOTIFICATION | change]), Notification)
    assert [p.what for p in found] == [f"breaks the rule: {rule}"]


def test_a_form_that_the_law_did_not_know_yet_is_refused_before_its_day(tmp_path):
    early = NOTIFICATION | {"main_form": "DRAAGM", "forms": "DRAAGM"}
    found = problems(written(tmp_path, [early]), Notification)
    assert {p.column for p in found} == {"main_form", "forms"}
    assert all("not valid on the date" in p.what for p in found)
    late = early | {"reported_on": "2027-01-01"}
    assert read(written(tmp_path, [late], name="late.csv"), Notification).height == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        ("tally_id,reporter\né,POL\n".encode("latin-1"), "is not in UTF-8: line 2"),
        (b"\xef\xbb\xbftally_id,reporter\nt,POL\n", "byte order mark (UTF-8)"),
        ("tally_id,reporter\n".encode("utf-16"), "byte order mark (UTF-16)"),
        (b"tally_id;reporter\nt;POL\n", "separated by semicolons"),
        (b"tally_id\treporter\nt\tPOL\n", "separated by tabs"),
        (b"tally_id,reporter\na,b,c\n", "more cells than the header"),
        (b"tally_id,reporter,month,age_band,form,region,persons\n", "no rows"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_one_clear_message(tmp_path, content, what):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    (problem,) = problems(path, Tally)
    assert what in problem.what
    assert problem.file == str(path)


def test_missing_files_folders_and_strange_kinds_are_refused(tmp_path):
    strange = tmp_path / "file.ods"
    strange.write_text("x")
    for path, what in (
        (tmp_path / "none.csv", "does not exist"),
        (tmp_path, "is a folder"),
        (strange, "of a kind that cannot be read"),
    ):
        (problem,) = problems(path, Tally)
        assert what in problem.what
    for kind in ("xlsx", "parquet"):
        broken = tmp_path / f"broken.{kind}"
        broken.write_bytes(b"not a file of this kind")
        (problem,) = problems(broken, Tally)
        assert "cannot be read" in problem.what


def test_an_exit_needs_its_reason(tmp_path):
    row = {
        "person_id": "r1",
        "entered_on": "2014-01-01",
        "left_on": "2015-01-01",
        "exit_reason": "",
    }
    (problem,) = problems(written(tmp_path, [row]), Presence)
    assert "reason with every exit" in problem.what


@given(
    st.lists(
        st.tuples(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 4000)),
        min_size=1,
        max_size=30,
    )
)
def test_what_is_written_is_read_back(rows):
    frame = pl.DataFrame(
        {
            "event_id": [str(i) for i in range(len(rows))],
            "person_id": ["r1"] * len(rows),
            "event_role": ["SLACHTOFFER"] * len(rows),
            "event_kind": ["GEWELD"] * len(rows),
            "occurred_on": [day for day, _ in rows],
            "registered_on": [day for day, _ in rows],
        }
    )
    assert check(frame.cast(pl.String), Event).equals(check(frame, Event))
