"""Change between published numbers: the sentences that were published, each with its base."""

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import claim
from slachtoffermonitor.trend import change_of_claims

TOTAL = "nr.registered_victims.total."
SEXUAL = "nr.registered_victims.domestic_sexual."


def test_1334_to_984_is_more_than_a_quarter_fewer():
    found = change_of_claims(TOTAL + "2019", TOTAL + "2020", subject="Registered victims")
    assert found.sentence.in_language("en").startswith(
        "Registered victims: 984 in 2020 against 1,334 in 2019: more than a quarter fewer"
    )
    assert "meer dan een kwart minder" in found.sentence.in_language("nl")


def test_132_against_365_is_64_percent_fewer_and_the_base_of_the_other_figure_is_named():
    found = change_of_claims(
        SEXUAL + "2014-2015",
        SEXUAL + "2018",
        subject="Domestic sexual exploitation",
        published="nr.change.domestic_sexual.2018",
    )
    assert round(100 * found.change) == -64
    assert "-63.8%" in found.sentence.in_language("en")
    assert (found.published_change, found.same_base) == (-0.6, False)
    assert found.implied_base == pytest.approx(330)
    said = found.remarks[0].in_language("en")
    assert said.startswith("The published -60% does not name its base; it fits a base of about 330")
    assert "the 365 a year of 2014-2015" in said
    assert "365 per jaar van 2014-2015" in found.remarks[0].in_language("nl")


def test_a_level_over_two_years_is_known_better_than_one_year():
    found = change_of_claims(SEXUAL + "2014-2015", SEXUAL + "2018", subject="x")
    assert (found.rate.before, found.rate.exposure_before) == (730, 2)


def test_a_published_change_on_the_same_base_needs_no_remark():
    found = change_of_claims(
        "comensha.reports.police.2020",
        "comensha.reports.police.2021",
        subject="Police",
        published="comensha.change.police_reports.2021",
    )
    assert found.same_base
    assert found.remarks == ()


def test_every_count_in_the_sentence_is_that_of_a_claim():
    found = change_of_claims(TOTAL + "2019", TOTAL + "2020", subject="Registered victims")
    counts = {claim(one).value for one in found.claims}
    derived = {
        round(100 * (limit - 1), 6) for limit in (found.rate.ratio, found.rate.low, found.rate.high)
    }
    for number in found.sentence.numbers():
        assert number.value in counts or round(number.value, 6) in derived or number.value == 95, (
            number
        )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (TOTAL + "2019", SEXUAL + "2018", "another group"),
        ("comensha.registered_victims.total.2019", TOTAL + "2020", "another series"),
        (TOTAL + "1900", TOTAL + "2020", "no such published claim"),
        (
            "comensha.share_of_notifications.police.2023",
            "comensha.share_of_notifications.police.2024",
            "no count",
        ),
    ],
)
def test_claims_that_cannot_be_compared_are_refused(before, after, said):
    with pytest.raises(InputError, match=said):
        change_of_claims(before, after, subject="x")
