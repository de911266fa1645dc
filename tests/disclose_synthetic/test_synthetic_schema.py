from datetime import date

import polars as pl
import pytest

from slachtoffermonitor.disclose import check_ctdc, to_ctdc
from slachtoffermonitor.disclose.synthetic.encoding import decode, encode
from slachtoffermonitor.disclose.synthetic.fields import ctdc_attributes, ctdc_fields
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.records import Notification, Person, check


def notification(**changes):
    row = {name: None for name in Notification.columns()} | {
        "notification_id": "n1",
        "reporter": "POL",
        "reported_on": "2021-06-10",
        "basis": "WPG",
        "purpose": "REGISTER",
        "birth_date": "2003-06-11",
        "sex": "V",
        "citizenship": "NG",
        "main_form": "BSU",
        "forms": "BSU;CRIM",
        "route": "BINNENLAND",
        "exploited_from": "2019-05-31",
        "exploited_until": "2021-05-30",
        "recruiter_relation": "OUDER",
    }
    frame = pl.DataFrame([row | changes], schema={name: pl.String for name in row})
    return check(frame, Notification)


def test_the_schema_has_the_fields_of_the_published_file():
    fields = ctdc_fields()
    assert fields[:4] == ("yearOfRegistration", "gender", "ageBroad", "citizenship")
    assert fields[-1] == "recruiterRelationOther"
    assert len(fields) == len(set(fields)) == 27


def test_a_notification_says_in_the_schema_what_it_said():
    row = to_ctdc(notification()).row(0, named=True)
    assert row == {
        "yearOfRegistration": "2021",
        "gender": "Woman",
        "ageBroad": "9--17",  # eighteen on the next day
        "citizenship": "NGA",
        "CountryOfExploitation": "NLD",
        "traffickMonths": "13--24",  # one day short of 24 months
        "isForcedLabour": "1",
        "isSexualExploit": "1",
        "isOtherExploit": "0",
        "recruiterRelationIntimatePartner": "0",
        "recruiterRelationFriend": "0",
        "recruiterRelationFamily": "1",
        "recruiterRelationOther": "0",
    }


def test_an_age_counts_birthdays_in_every_month():
    july = notification(reported_on="2021-07-01", birth_date="2003-03-02")
    assert to_ctdc(july)["ageBroad"].to_list() == ["18--20"]


def test_what_is_not_known_stays_blank():
    unknown = notification(
        birth_date=None,
        sex="ONB",
        citizenship=None,
        main_form="ONB",
        forms="ONB",
        route="GRENS",
        exploited_from=None,
        recruiter_relation="ONB",
    )
    row = to_ctdc(unknown).row(0, named=True)
    assert {name for name, value in row.items() if value} == {"yearOfRegistration"}


def test_a_year_of_birth_gives_the_age_where_the_day_is_not_known():
    assert to_ctdc(notification(birth_date=None, birth_year="1990"))["ageBroad"].item() == "30--38"


def test_persons_carry_no_duration_and_no_recruiter():
    row = {
        "person_id": "p1",
        "birth_date": date(1980, 1, 1),
        "birth_year": None,
        "sex": "M",
        "citizenship": "RO",
        "municipality": None,
        "main_form": "ARB",
        "forms": "ARB",
        "route": "ONB",
        "first_reported_on": date(2020, 2, 2),
    }
    person = check(pl.DataFrame([row]), Person)
    found = to_ctdc(person)
    assert found.columns[-1] == "isOtherExploit"
    assert found.row(0)[:5] == ("2020", "Man", "39--47", "ROU", "")


def test_old_names_and_missing_codes_are_read():
    frame = pl.DataFrame(
        {
            "gender": ["Woman", "-99", None],
            "isSexualExploit": [1, 0, -99],
            "isForcedLabour": [None, 1, None],
            "typeOfSexProstitution": [1, None, None],
            "typeOfSexPornography": [None, None, None],
        }
    )
    found = check_ctdc(frame)
    assert found["gender"].to_list() == ["Woman", "", ""]
    assert found["isForcedLabour"].to_list() == ["0", "1", ""]
    assert found["sectorOfSexPornography"].to_list() == ["0", "", ""]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"gender": ["Woman"], "age": ["9"]}, "'age'"),
        ({"gender": ["Lady"], "ageBroad": ["9--17"]}, "row 1, column 'gender'"),
        ({"gender": ["Woman"]}, "fewer than two"),
        ({"gender": [], "ageBroad": []}, "no records"),
        ({"gender": ["Man"], "ageBroad": [""], "synthetic": ["yes"]}, "synthetic already"),
        (
            {"isSexualExploit": ["0"], "sectorOfSexProstitution": ["1"]},
            "a sector is 1 where isSexualExploit is not",
        ),
    ],
)
def test_what_is_not_in_the_schema_is_refused(columns, message):
    with pytest.raises(InputError, match=message):
        check_ctdc(pl.DataFrame(columns, schema={name: pl.String for name in columns}))


def test_every_problem_is_told_and_no_value_of_a_person():
    with pytest.raises(InputError) as caught:
        check_ctdc(pl.DataFrame({"gender": ["Jantje", "Man"], "ageBroad": ["9--17", "x1x"]}))
    assert len(caught.value.problems) == 2
    assert "Jantje" not in str(caught.value) and "x1x" not in str(caught.value)


def test_flags_that_are_answered_together_are_one_attribute_without_impossible_values():
    flags = ("isForcedLabour", "isSexualExploit", "isOtherExploit")
    (one,) = ctdc_attributes(flags)
    assert one.fields == flags
    assert len(one.values) == 1 + 2**3
    assert not any("" in value for value in one.values[1:])


def test_codes_and_back_are_the_same_records():
    frame = check_ctdc(pl.concat([to_ctdc(notification()), to_ctdc(notification(sex="ONB"))]))
    attributes = ctdc_attributes(frame.columns)
    codes = encode(frame, attributes)
    assert decode(codes.columns, attributes, frame.height).select(frame.columns).equals(frame)
    assert codes.count(["gender", "exploitation"]).sum() == 2


def test_a_sector_without_its_form_does_not_leave_the_model():
    names = ("isSexualExploit", "sectorOfSexProstitution", "sectorOfSexPornography")
    attributes = ctdc_attributes(names)
    form, sectors = attributes
    columns = {
        form.name: pl.Series([form.values.index(("0",)), form.values.index(("1",))]).to_numpy(),
        sectors.name: pl.Series([sectors.values.index(("1", "0"))] * 2).to_numpy(),
    }
    assert decode(columns, attributes, 2).rows() == [("0", "", ""), ("1", "1", "0")]
