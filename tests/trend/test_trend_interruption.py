"""Known events: the effect that was put in, who is in the panel, and honest intervals."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend import interruption
from slachtoffermonitor.vocabulary import code_list

MONTHS = pl.date_range(date(2014, 1, 1), date(2020, 12, 1), "1mo", eager=True)
RULE = date(2018, 5, 25)
AFTER = np.arange(len(MONTHS)) >= 53  # from June 2018 on
PER_YEAR = (550, 150)


def monthly(counts, months=MONTHS, **columns):
    return pl.DataFrame({"period": months, "count": np.asarray(counts, dtype=np.int64), **columns})


def reports(chance, extra=0.0, before=550, after=150):
    means = np.where(AFTER, after / 12, before / 12)
    if not extra:
        return chance.poisson(means)
    return chance.negative_binomial(1 / extra, 1 / (1 + extra * means))


def reporters(**series):
    return pl.concat(
        monthly(counts).with_columns(reporter=pl.lit(n)) for n, counts in series.items()
    )


def test_the_fall_of_those_who_may_report_after_the_privacy_rule():
    found = interruption(monthly(reports(np.random.default_rng(1))), at="AVG_2018")
    effect = found.effect
    assert (found.at, found.event, found.left_out) == (RULE, "AVG_2018", (date(2018, 5, 1),))
    assert (found.points_before, found.points_after) == (52, 31)
    assert effect.verdict == "fewer"
    assert effect.ratio.low < 150 / 550 < effect.ratio.high
    assert effect.expected.low < 550 / 12 * 31 < effect.expected.high
    assert "fewer after 25 May 2018" in found.sentences[0].in_language("en")
    assert "minder na 25 mei 2018" in found.sentences[0].in_language("nl")


def test_the_day_comes_from_the_dated_list():
    for code in ("AVG_2018", "CORONA_2020"):
        found = interruption(monthly(reports(np.random.default_rng(2))), at=code)
        assert found.at == code_list("shocks")[code].valid_from
        assert code not in found.other_events
    assert "AVG_2018" in found.other_events
    assert any("Other dated events" in one.in_language("en") for one in found.notices)


def test_a_trend_alone_is_no_effect():
    chance = np.random.default_rng(3)
    means = 60 * np.exp(-0.25 * np.arange(84) / 12)
    called = sum(
        interruption(monthly(chance.poisson(means)), at=RULE).effect.verdict in ("more", "fewer")
        for _ in range(100)
    )
    assert called <= 11


def covered(extra, method, replicates, seed):
    chance = np.random.default_rng(seed)
    truth = PER_YEAR[1] / PER_YEAR[0]
    inside = 0
    for _ in range(replicates):
        ratio = interruption(monthly(reports(chance, extra)), at=RULE, method=method).effect.ratio
        inside += ratio.low <= truth <= ratio.high
    return inside / replicates


def test_quasi_poisson_covers_where_poisson_does_not():
    assert covered(0.15, "quasi-poisson", 150, 4) >= 0.9
    assert covered(0.15, "poisson", 150, 4) <= 0.75


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "poisson"), [(0.0, (0.93, 0.97)), (0.05, (0.70, 0.80)), (0.15, (0.53, 0.67))]
)
def test_coverage_of_all_methods(extra, poisson):
    """1,000 series of 84 months: what docs/trend.md states."""
    assert 0.93 <= covered(extra, "quasi-poisson", 1000, 5) <= 0.985
    assert poisson[0] <= covered(extra, "poisson", 1000, 5) <= poisson[1]
    assert 0.88 <= covered(extra, "hac", 1000, 5) <= 0.95


def test_reporters_who_come_or_go_are_not_in_the_panel():
    chance = np.random.default_rng(6)
    guardians = np.where(AFTER, 0, chance.poisson(4, 84))
    newcomer = np.where(np.arange(84) > 60, 20, 0)
    frame = reporters(
        ZC=chance.poisson(20, 84), POL=chance.poisson(40, 84), NIDOS=guardians, COA=newcomer
    )
    found = interruption(frame, at=RULE)
    scopes = {effect.scope: effect for effect in found.effects}
    assert scopes["panel"].reporters == ("POL", "ZC")
    assert {absence.reporter for absence in found.absences} == {"NIDOS", "COA"}
    assert scopes["MAG_MELDEN"].reporters == ("ZC",)
    assert scopes["OPSPORING"].reporters == ("POL",)
    assert scopes["all"].after > scopes["panel"].after
    assert found.effect is scopes["panel"]


def test_a_control_takes_out_what_happened_to_both():
    """Both fell by a third for another reason; the event halved one of them."""
    chance = np.random.default_rng(7)
    both = np.where(AFTER, 0.67, 1.0)
    frame = reporters(
        POL=chance.poisson(200 * both), ZC=chance.poisson(200 * both * np.where(AFTER, 0.5, 1.0))
    )
    found = interruption(frame, at=RULE, control="OPSPORING")
    effect = next(one for one in found.effects if one.scope == "MAG_MELDEN")
    assert effect.ratio.high < 0.45
    assert effect.against_control.low < 0.5 < effect.against_control.high
    assert any("set against OPSPORING" in one.in_language("en") for one in found.sentences)
    with pytest.raises(InputError, match="no control"):
        interruption(frame, at=RULE, control="ZELF")


def test_twice_the_police_finds_twice_as_much():
    effort = np.where(AFTER, 200.0, 100.0)
    counts = np.random.default_rng(8).poisson(effort / 2)
    plain = interruption(monthly(counts), at=RULE).effect
    known = interruption(monthly(counts, effort=effort), at=RULE).effect
    assert plain.verdict == "more"
    assert known.ratio.low < 1 < known.ratio.high


def test_effort_that_comes_and_goes_can_be_a_term():
    chance = np.random.default_rng(9)
    effort = chance.uniform(50, 200, 84)
    counts = chance.poisson(np.sqrt(effort) * 5 * np.where(AFTER, 0.6, 1))
    found = interruption(monthly(counts, effort=effort), at=RULE, effort="covariate").effect
    assert found.ratio.low < 0.6 < found.ratio.high


def test_a_slope_that_changes_is_found():
    years = np.maximum(0, np.arange(84) - 53) / 12
    counts = np.random.default_rng(10).poisson(100 * np.exp(-0.4 * years))
    slope = interruption(monthly(counts), at=RULE, impact="level and slope").effect.slope
    assert slope.low < np.exp(-0.4) < slope.high < 1


def test_nothing_at_all_afterwards_has_an_exact_upper_limit():
    effect = interruption(monthly(np.where(AFTER, 0, 6)), at=RULE).effect
    assert (effect.ratio.value, effect.ratio.low) == (0, 0)
    assert 0 < effect.ratio.high < 0.05
    rising = interruption(monthly(np.where(AFTER, 6, 0)), at=RULE)
    assert "none before it" in rising.sentences[0].in_language("en")


def test_a_season_is_taken_out_when_asked():
    wave = 1 + 0.5 * np.sin(2 * np.pi * np.arange(84) / 12)
    counts = np.random.default_rng(11).poisson(100 * wave)
    plain = interruption(monthly(counts), at=RULE).effect
    seasonal = interruption(monthly(counts), at=RULE, harmonics=1).effect
    assert seasonal.dispersion < 2 < plain.dispersion


@pytest.mark.parametrize("event", [date(2014, 8, 1), date(2020, 6, 1)])
def test_fewer_than_eight_periods_on_a_side_are_refused(event):
    with pytest.raises(InputError, match="8 or more on each side"):
        interruption(monthly(reports(np.random.default_rng(1))), at=event)


def test_eight_periods_on_each_side_are_enough():
    frame = monthly(np.random.default_rng(1).poisson(50, 16), MONTHS[:16])
    found = interruption(frame, at=MONTHS[8])
    assert (found.points_before, found.points_after, found.left_out) == (8, 8, ())


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        (monthly(np.ones(84)).drop("count"), {}, "column 'count'"),
        (monthly(np.ones(84)).filter(pl.col("period") != MONTHS[9]), {}, "2014-10-01"),
        (pl.concat([monthly(np.ones(84))] * 2), {}, "more than once"),
        (monthly(np.ones(84)), {"at": "NO_EVENT"}, "no such code"),
        (monthly(np.ones(84)), {"method": "magic"}, "no such method"),
        (reporters(A=np.ones(84)).with_columns(effort=1.0), {}, "one series"),
        (monthly(-np.ones(84)), {}, "negative"),
    ],
)
def test_what_cannot_be_judged_is_refused(frame, options, said):
    with pytest.raises(InputError, match=said):
        interruption(frame, **{"at": RULE, **options})
