"""What changed from year to year, in words that fit the evidence."""

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend import describe_change


def years(counts, group=None):
    frame = pl.DataFrame({"year": list(counts), "count": list(counts.values())})
    return frame if group is None else frame.with_columns(group=pl.lit(group))


def groups(**series):
    return pl.concat([years(counts, group) for group, counts in series.items()])


PUBLISHED = {2016: 953, 2017: 956, 2018: 668, 2019: 1334, 2020: 984}
POLICE = groups(POL={2017: 300, 2018: 480}, KMAR={2017: 200, 2018: 205}, NLA={2017: 120, 2018: 112})


def test_the_published_fall_is_more_than_a_quarter():
    previous, first = describe_change(years(PUBLISHED))
    assert (previous.against, previous.year_from, previous.verdict) == ("previous", 2019, "fewer")
    english = previous.sentence.in_language("en")
    assert english.startswith("Total: 984 in 2020 against 1,334 in 2019: more than a quarter fewer")
    assert "-26.2%" in english
    dutch = previous.sentence.in_language("nl")
    assert dutch.startswith(
        "Totaal: 984 in 2020 tegenover 1.334 in 2019: meer dan een kwart minder"
    )
    assert "-26,2%" in dutch
    assert (first.against, first.year_from, first.verdict) == ("first", 2016, "no conclusion")


def test_nearly_halved_from_2014_to_2018():
    (change,) = describe_change(years({2014: 1255, 2018: 668}))
    assert "almost half fewer" in change.sentence.in_language("en")
    assert change.contribution == pytest.approx(-0.468, abs=5e-4)


def test_a_size_near_no_anchor_is_a_percentage():
    (change,) = describe_change(years({2020: 1000, 2021: 1150}))
    assert "15% more" in change.sentence.in_language("en")


def test_small_numbers_are_no_news():
    (change,) = describe_change(years({2020: 4, 2021: 9}))
    assert not change.beyond_chance
    assert "can be chance" in change.sentence.in_language("en")
    assert "kan toeval zijn" in change.sentence.in_language("nl")


@pytest.mark.parametrize(("after", "verdict"), [(3, "no conclusion"), (30, "more")])
def test_a_rise_from_nobody_has_no_percentage(after, verdict):
    (change,) = describe_change(years({2020: 0, 2021: after}))
    assert change.verdict == verdict
    assert "%" not in change.sentence.in_language("en")
    assert change.contribution is None


def test_the_rise_of_one_group_is_found():
    changes = describe_change(POLICE)
    assert [change.kind for change in changes] == ["total", "group", "group", "group", "one group"]
    total, largest, *_, only = changes
    assert (largest.group, only.group) == ("POL", "POL")
    assert (only.before, only.after) == (320, 317)
    assert "The rise is only in POL" in only.sentence.in_language("en")
    assert "De stijging zit alleen bij POL" in only.sentence.in_language("nl")
    assert total.contribution == pytest.approx(sum(c.contribution for c in changes[1:4]))


def test_without_that_group_the_sign_can_turn():
    frame = groups(A={2019: 100, 2020: 500}, B={2019: 400, 2020: 250})
    only = describe_change(frame)[-1]
    assert (only.kind, only.group, only.verdict) == ("one group", "A", "fewer")
    assert "Without it there were fewer" in only.sentence.in_language("en")


def test_a_change_of_all_groups_is_nobodys_alone():
    frame = groups(A={2019: 400, 2020: 300}, B={2019: 380, 2020: 290})
    assert "one group" not in {change.kind for change in describe_change(frame)}


def test_a_change_that_others_share_weakly_is_not_called_one_groups():
    """The rest did not change beyond chance, yet it is over a quarter of the rise."""
    frame = groups(A={2019: 100, 2020: 170}, B={2019: 300, 2020: 335})
    changes = describe_change(frame)
    assert changes[0].verdict == "more"
    assert "one group" not in {change.kind for change in changes}


def test_groups_are_named_as_asked():
    changes = describe_change(POLICE, labels={"POL": "Politie"}, subject="Meldingen")
    assert changes[0].sentence.in_language("nl").startswith("Meldingen: ")
    assert changes[1].sentence.in_language("nl").startswith("Politie: ")
    assert changes[1].group == "POL"


@settings(max_examples=60, deadline=None)
@given(
    table=st.lists(st.lists(st.integers(0, 900), min_size=3, max_size=3), min_size=2, max_size=6)
)
def test_contributions_add_up_to_the_change_of_the_total(table):
    frame = groups(**{f"g{n}": dict(enumerate(row, 2018)) for n, row in enumerate(table)})
    for against in ("previous", "first"):
        changes = [change for change in describe_change(frame) if change.against == against]
        parts = [change for change in changes if change.kind == "group"]
        assert changes[0].difference == sum(change.difference for change in parts)
        sizes = [abs(change.difference) for change in parts]
        assert all(one >= other for one, other in pairwise(sizes))
        for change in changes:
            assert change.difference_low <= change.difference <= change.difference_high


def test_among_unchanged_groups_any_false_news_is_rare():
    chance = np.random.default_rng(3)
    fooled = 0
    for _ in range(150):
        counts = chance.poisson(40, (8, 2))
        frame = groups(**{f"g{n}": dict(enumerate(row, 2020)) for n, row in enumerate(counts)})
        fooled += any(c.beyond_chance for c in describe_change(frame) if c.kind == "group")
    assert fooled / 150 <= 0.05 + 0.035


def test_everything_wrong_is_said_at_once():
    frame = groups(A={2019: 1, 2020: -2}, B={2019: 3})
    with pytest.raises(InputError) as caught:
        describe_change(pl.concat([frame, years({2019: 1}, "A")]))
    assert [problem.what for problem in caught.value.problems] == [
        "a negative count",
        "counted more than once",
        "a group without a count",
    ]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"year": [2019, 2020]}), "missing"),
        (years({2020: 5}), "at least two years"),
        (pl.DataFrame({"year": [2019, 2020], "count": [1.5, 2.0]}), "whole numbers"),
        (pl.DataFrame({"year": [2019, 2020], "count": [1, None]}), "empty"),
    ],
)
def test_what_cannot_be_compared_is_refused(frame, said):
    with pytest.raises(InputError, match=said):
        describe_change(frame)


def run(*arguments):
    return CliRunner().invoke(root, ["trend", *arguments], catch_exceptions=False)


def test_the_command_reads_counts_with_and_without_groups(tmp_path):
    years(PUBLISHED).write_csv(tmp_path / "years.csv")
    POLICE.write_csv(tmp_path / "groups.csv")
    plain = json.loads(run(str(tmp_path / "years.csv"), "--json", "-").output)
    assert [change["against"] for change in plain["changes"]] == ["previous", "first"]
    assert plain["changes"][0]["ratio"] == pytest.approx(984 / 1334)
    grouped = json.loads(run(str(tmp_path / "groups.csv"), "--json", "-").output)
    assert grouped["changes"][-1]["kind"] == "one group"
    dutch = run(str(tmp_path / "groups.csv"), "--language", "nl").output
    assert "De stijging zit alleen bij POL." in dutch


def test_the_command_gives_valid_json_for_an_infinite_ratio(tmp_path):
    years({2020: 0, 2021: 30}).write_csv(tmp_path / "none.csv")
    output = run(str(tmp_path / "none.csv"), "--json", "-").output
    found = json.loads(output, parse_constant=pytest.fail)
    assert (found["changes"][0]["ratio"], found["changes"][0]["high"]) == (None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year,count\n2019,5\n2020,-3\n", "limits"),
        ("year,count\n2019,5\n2020,many\n", "whole number"),
        ("year,number\n2019,5\n", "column 'count'"),
        ("year,count,group\n2019,5,A\n2019,6,A\n2020,1,A\n", "more than once"),
    ],
)
def test_the_command_says_what_is_wrong_with_the_file(tmp_path, text, said):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        run(str(tmp_path / "bad.csv"))


def shuffled(counts, chance):
    return dict(
        zip(sorted(counts), chance.permutation(list(counts.values())).tolist(), strict=True)
    )


def called_changed(extra, orders):
    """Give how often years that differ more than chance, in any order, are called changed."""
    chance = np.random.default_rng(11)
    called = 0
    for _ in range(orders):
        rates = 500 * chance.gamma(1 / extra, extra, 12) if extra else np.full(12, 500.0)
        series = dict(enumerate(chance.poisson(rates).tolist(), 2010))
        previous = describe_change(years(shuffled(series, chance)), overdispersion="years")[0]
        called += previous.beyond_chance
    return called / orders


def test_shuffled_years_give_changed_statements_at_most_as_often_as_stated():
    """With what years usually differ stated, no order is news."""
    assert called_changed(0.02, 150) <= 0.05 + 0.035


@pytest.mark.slow
@pytest.mark.parametrize("extra", [0.0, 0.02, 0.1])
def test_shuffled_years_are_no_news_however_much_years_differ(extra):
    assert called_changed(extra, 1000) <= 0.05 + 0.015


def test_shuffled_published_years_give_no_news_once_overdispersion_is_stated():
    published = {2013: 1117, 2014: 1255, 2015: 1150, 2016: 952, 2017: 956, 2018: 668}
    published |= {2019: 1334, 2020: 984, 2021: 791, 2022: 814, 2023: 868, 2024: 944}
    chance = np.random.default_rng(12)
    orders = [years(shuffled(published, chance)) for _ in range(100)]
    stated = sum(describe_change(f, overdispersion="years")[0].beyond_chance for f in orders)
    unstated = sum(describe_change(f)[0].beyond_chance for f in orders)
    assert stated / 100 <= 0.05 + 0.04
    assert unstated / 100 > 0.5


def test_a_change_that_other_years_show_too_gets_a_remark():
    usual = {2014: 800, 2015: 1100, 2016: 850, 2017: 1200, 2018: 780, 2019: 1000, 2020: 1150}
    change = describe_change(years(usual))[0]
    assert (change.beyond_chance, change.usual) == (True, True)
    assert "usual ups and downs" in change.remark.in_language("en")
    steady = dict.fromkeys(range(2014, 2020), 1000) | {2020: 1150}
    change = describe_change(years(steady))[0]
    assert (change.beyond_chance, change.usual, change.remark) == (True, False, None)


def test_few_get_no_percentage():
    (change,) = describe_change(years({2020: 3, 2021: 30}))
    assert change.verdict == "more"
    assert "%" not in change.sentence.in_language("en")
    assert "te weinig voor een percentage" in change.sentence.in_language("nl")


def test_too_few_years_say_nothing_about_how_years_differ():
    with pytest.raises(InputError, match="too few years"):
        describe_change(years(PUBLISHED), overdispersion="years")
