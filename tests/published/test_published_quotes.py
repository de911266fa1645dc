"""Reading a quote: numbers as two countries write them, years, and what they are of."""

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.published import read_quote

YEARS = st.integers(2007, 2030)


@pytest.mark.parametrize(
    ("quote", "kind", "low", "high"),
    [
        ("11%", "percent", 10.5, 11.5),
        ("11 procent", "percent", 10.5, 11.5),
        ("43 per cent", "percent", 42.5, 43.5),
        ("17,1%", "percent", 17.05, 17.15),
        ("17.1 percent", "percent", 17.05, 17.15),
        ("5.433", "count", 5433, 5433),
        ("5,433", "count", 5433, 5433),
        ("5\u00a0433 slachtoffers", "count", 5433, 5433),
        ("1.234.567", "count", 1234567, 1234567),
        ("5.433,5", "count", 5433.5, 5433.5),
        ("7 duizend", "count", 6930, 7070),
        ("5.000", "count", 4950, 5050),
        ("ruim 1.300", "count", 1300, 1430),
        ("more than 6,500", "count", 6500, 7150),
        ("bijna 400", "count", 360, 400),
        ("ongeveer 700", "count", 665, 735),
        ("zo'n 700", "count", 665, 735),
        ("about 40%", "percent", 38, 42),
        ("bijna 1 op de 9", "percent", 10, 100 / 9),
        ("one in nine", "percent", 100 / 9.5, 100 / 8.5),
        ("1 in 9.4", "percent", 100 / 9.45, 100 / 9.35),
        ("4 op de 10", "percent", 35, 45),
        ("een op de vijf", "percent", 100 / 5.5, 100 / 4.5),
        ("a quarter", "percent", 22.5, 27.5),
        ("ruim een kwart", "percent", 25, 27.5),
        ("de helft", "percent", 47.5, 52.5),
        ("two thirds", "percent", 64.2, 69.2),
        ("+14%", "change", 13.5, 14.5),
        ("−26,2%", "change", -26.25, -26.15),
        ("26% fewer", "change", -26.5, -25.5),
        ("een kwart minder", "change", -27.5, -22.5),
        ("bijna gehalveerd", "change", -50, -45),
        ("verdubbeld", "change", 95, 105),
        ("daalde met 37 procent", "change", -37.5, -36.5),
        ("steeg naar 43 procent", "percent", 42.5, 43.5),
        ("meer dan 40%", "percent", 40, 44),
        ("76 more victims", "difference", 76, 76),
        ("37 per 100.000 inwoners", "rate", 36.5, 37.5),
    ],
)
def test_a_number_stands_for_what_it_was_written_as(quote, kind, low, high):
    number = read_quote(quote).number
    assert number.kind == kind
    assert (number.low, number.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("quote", "years", "compared"),
    [
        ("in 2020 5 cases", (2020, 2020), None),
        ("2016-2020: 5", (2016, 2020), None),
        ("2014/15: 5", (2014, 2015), None),
        ("tussen 2016 en 2020 waren er 5", (2016, 2020), None),
        ("between 2016 and 2020 there were 5", (2016, 2020), None),
        ("van 2016 tot en met 2020: 5", (2016, 2020), None),
        ("26% minder in 2020 dan in 2019", (2020, 2020), (2019, 2019)),
        ("60% fewer in 2018 than in 2014 and 2015", (2018, 2018), (2014, 2015)),
        ("tussen 2014 en 2018 daalde het met 47%", (2018, 2018), (2014, 2014)),
        ("668 victims 1995", (1995, 1995), None),
        ("1977 victims", None, None),
    ],
)
def test_years_and_periods(quote, years, compared):
    question = read_quote(quote)
    assert (question.years, question.compared_with) == (years, compared)


@pytest.mark.parametrize(
    ("quote", "facets"),
    [
        ("binnenlandse seksuele uitbuiting", {"form": "domestic_sexual"}),
        ("domestic sexual exploitation", {"form": "domestic_sexual"}),
        ("seksueel uitgebuit", {"form": "sexual"}),
        ("arbeidsuitbuiting", {"form": "labour"}),
        ("labour exploitation", {"form": "labour"}),
        ("minderjarige meisjes", {"age": "0_17", "sex": "female"}),
        ("18- tot 22-jarigen", {"age": "18_22"}),
        ("ages 18 to 22", {"age": "18_22"}),
        ("Poolse mannen", {"citizenship": "PL", "sex": "male"}),
        ("women", {"sex": "female"}),
        ("Koninklijke Marechaussee", {"reporter": "border_police"}),
        ("zorgcoördinatoren", {"reporter": "care_coordination"}),
        ("opnieuw slachtoffer binnen zeven jaar", {"horizon": "7"}),
    ],
)
def test_groups(quote, facets):
    assert dict(read_quote(quote).facets) == facets


@pytest.mark.parametrize(
    ("quote", "name", "value"),
    [
        ("in de chat", "subject", "chat"),
        ("naar schatting", "subject", "estimate"),
        ("estimated", "subject", "estimate"),
        ("repeat victims", "subject", "repeat"),
        ("verdachten in de EU", "subject", "eu_suspects"),
        ("geschat aantal in beeld", "subject", "in_view"),
        ("van de meldingen", "base", "reports"),
        ("of the victims", "base", "victims"),
        ("volgens CoMensha", "series", "CoMensha"),
        ("de Nationaal Rapporteur", "series", "NR"),
    ],
)
def test_what_it_is_of(quote, name, value):
    assert getattr(read_quote(quote), name) == value


def test_the_number_in_question_is_the_share_and_the_others_are_named():
    question = read_quote("408 van de 984 slachtoffers (41%) in 2020")
    assert question.number.written == "41%"
    assert question.other_numbers == ("408", "984")


def test_ages_and_horizons_are_no_numbers_in_question():
    assert read_quote("152 slachtoffers van 18-22 jaar").number.value == 152
    assert read_quote("within 5 years 45% again").number.value == 45
    assert read_quote("minors under 18").number is None


@given(value=st.integers(0, 999_999), year=YEARS, locale=st.sampled_from(["nl", "en"]))
def test_a_count_is_read_back_in_either_way_of_writing(value, year, locale):
    written = format_decimal(value, locale=locale)
    question = read_quote(f"{written} victims in {year}")
    assert question.number.value == value
    assert question.years == (year, year)
    assert question.number.low <= value <= question.number.high


@given(
    tenths=st.integers(1, 1000),
    year=YEARS,
    locale=st.sampled_from(["nl", "en"]),
    sign=st.sampled_from(["", "+", "-"]),
)
def test_a_share_is_read_back_with_half_a_unit_of_its_last_decimal(tenths, year, locale, sign):
    value = tenths / 10
    written = format_decimal(value, "0.0", locale=locale)
    number = read_quote(f"{sign}{written}% in {year}").number
    assert number.value == pytest.approx(-value if sign == "-" else value)
    assert number.kind == ("change" if sign else "percent")
    assert number.high - number.low == pytest.approx(0.1)


@given(first=YEARS, years=st.integers(1, 8), word=st.sampled_from(["-", " to ", " t/m ", " en "]))
def test_a_period_is_read_back(first, years, word):
    assert read_quote(f"12 in {first}{word}{first + years}").years == (first, first + years)


@given(st.text())
def test_any_text_can_be_read(text):
    number = read_quote(text).number
    assert number is None or number.low <= number.value <= number.high
