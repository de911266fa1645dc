"""The catalogue: every claim can be read, found and cited."""

import re

import polars as pl
import pytest

from slachtoffermonitor.ground import InputError, translate
from slachtoffermonitor.published import claim, claims, claims_frame, find_claims
from slachtoffermonitor.vocabulary import code_list


def test_the_catalogue_holds_every_published_row():
    # 271 rows were read; the two limits of 2014-2015 are one range, and two printed changes and
    # two computed totals of notifications were added.
    assert len(claims()) == 274
    assert len({entry.id for entry in claims()}) == 274
    assert sum(entry.standing == "computed" for entry in claims()) == 2


def test_a_claim_has_its_source_and_a_number_or_an_order():
    for entry in claims():
        assert len(entry.source) > 8
        assert entry.first_year <= entry.last_year
        has_range = entry.low is not None and entry.high is not None and entry.low < entry.high
        assert (entry.value is not None) != (has_range or entry.unit == "rank"), entry.id


def test_every_code_is_in_its_list():
    for column in ("measure", "group", "unit"):
        assert {getattr(entry, column) for entry in claims()} == set(
            code_list(f"published_{column}s")
        )


def test_the_id_says_what_the_claim_is_about():
    for entry in claims():
        assert re.fullmatch(
            r"[a-z_]+\.[a-z_]+\.[A-Za-z0-9_]+\.[0-9-]+[0-9_-]*(\.[a-z0-9]+)?", entry.id
        )


def test_a_share_says_what_it_is_a_share_of():
    shares = [entry for entry in claims() if entry.unit == "percent"]
    assert all(entry.denominator for entry in shares)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nr.registered_victims.total.2018", 668),
        ("nr.registered_victims.total.2014.v2018", 1256),
        ("nr.registered_victims.total.2014.v2019", 1255),
        ("comensha.registered_victims.total.2019", 1372),
        ("nr.registered_victims.sexual.2020", 408),
        ("nr.registered_victims.age_18_22.2020", 152),
        ("chat.chat_victims.total.2020", 250),
        ("cbs.repeat_victimisation.within_7_years.2016-2020", 50),
    ],
)
def test_known_claims(name, value):
    assert claim(name).value == value


def test_ranges_are_kept_as_ranges():
    estimate = claim("mse.estimated_victims.total.2014-2015.range")
    assert (estimate.value, estimate.low, estimate.high) == (None, 5000, 7500)
    upper = claim("mse.estimated_victims_upper.total.2018-2019")
    assert (upper.value, upper.low, upper.high) == (None, 6300, 7000)


def test_both_series_find_the_year_in_which_they_agree():
    for series in ("NR", "CoMensha"):
        found = find_claims(measure="registered_victims", group="total", year=2021, series=series)
        assert [entry.value for entry in found if entry.series == "both"] == [791]


def test_the_denominator_is_a_claim_or_words():
    share = claim("nr.registered_victims.sexual.2020")
    assert share.denominator_claim is not None
    assert share.denominator_claim.value == 984
    assert claim("nr.share_of_reports.police.2017").denominator_claim is None
    assert claim("nr.registered_victims.total.2018").denominator_claim is None
    for entry in claims():
        assert entry.denominator_claim is None or entry.denominator_claim.value


def test_months_are_not_a_year():
    assert not claim("chat.chat_victims.sexual.2020-01_2020-04").whole_years


def test_an_unknown_claim_is_refused_with_its_neighbours():
    with pytest.raises(InputError, match=r"nr\.registered_victims\.total\.2018"):
        claim("nr.registered_victims.total.1999")


def test_the_frame_has_a_row_per_claim():
    frame = claims_frame()
    assert frame.height == len(claims())
    assert frame.schema["value"] == pl.Float64
    assert frame.filter(pl.col("id") == "nr.registered_victims.total.2018")["value"].to_list() == [
        668.0
    ]


def test_every_note_can_be_read_in_dutch():
    notes = {entry.note for entry in claims() if entry.note}
    assert [note for note in notes if translate(note, "nl") == note] == []
