"""What was released before counts: differences, budgets, and a ledger that only grows."""

from datetime import date

import polars as pl
import pytest

from slachtoffermonitor.disclose import Ledger, Rules, Table, attack, protect, release
from slachtoffermonitor.disclose.linked import exact_pieces
from slachtoffermonitor.disclose.noise import noisy_counts, sensitivity
from slachtoffermonitor.ground import InputError, ReleaseError

RULES = Rules(method="suppression", seconds=10)
TREE = {
    "year": {
        "2014-2017": ("2014", "2015", "2016", "2017"),
        "2014-2018": ("2014", "2015", "2016", "2017", "2018"),
    }
}


def plain(rows, name="t", **kinds):
    return Table.from_frame(pl.DataFrame(rows), name=name, **kinds)


def added(ledger, tables, rules=RULES, edition="2023"):
    protected = protect(tables, rules, ledger=ledger)
    return ledger.add(
        list(release(protected).values()),
        edition=edition,
        released_on=date(2024, 10, 18),
        approvals=("Ann", "Bob"),
        epsilon=protected.epsilon,
    )


def test_a_window_that_overlaps_an_older_one_is_protected_against_it():
    old = plain({"year": ["2014-2017"], "count": [400]}, hierarchies=TREE)
    new = plain({"year": ["2014-2018"], "count": [403]}, hierarchies=TREE)
    ledger = added(Ledger(), [old])
    alone = release(protect([new], RULES))["t"]
    assert alone.frame["count"].to_list() == [403]
    assert attack([alone, *ledger.tables()], rules=RULES)
    mindful = release(protect([new], RULES, ledger=ledger))["t"]
    assert mindful.frame["count"].to_list() == [None]
    assert attack([mindful, *ledger.tables()], rules=RULES) == []


def test_what_was_hidden_before_is_not_given_away_by_a_new_table():
    forms = plain({"form": ["A", "B", "C"], "count": [4, 30, 41]})
    ledger = added(Ledger(), [forms])
    total = plain({"sex": ["V", "M"], "count": [50, 25]}, "by sex")
    together = release(protect([total], RULES, ledger=ledger))["by sex"]
    assert together.frame["count"].null_count() >= 1
    assert attack([together, *ledger.tables()], rules=RULES) == []


def test_a_revision_by_a_few_people_is_not_shown():
    old = plain({"form": ["A", "B"], "count": [100, 50]})
    ledger = added(Ledger(), [old])
    new = plain({"form": ["A", "B"], "count": [103, 90]})
    released = release(protect([new], RULES, ledger=ledger))["t"]
    assert released.frame["count"].to_list() == [None, 90]


def test_rounded_counts_stay_as_they_were():
    rules = Rules(method="rounding", seconds=10)
    first = plain({"form": ["A", "B", "C"], "count": [12, 14, 41]})
    ledger = added(Ledger(), [first], rules)
    was = dict(ledger.tables()[0].frame.rows())
    more = plain({"form": ["A", "B", "C", "TOTAL"], "count": [12, 14, 41, 67]})
    now = dict(release(protect([more], rules, ledger=ledger))["t"].frame.rows())
    assert {name: now[name] for name in was} == was


def test_the_ledger_is_read_back_and_a_change_is_noticed(tmp_path):
    path = tmp_path / "ledger.jsonl"
    assert Ledger.read(path) == Ledger()
    table = plain({"form": ["A", "B"], "count": [100, 50]})
    ledger = added(added(Ledger(), [table]), [table], edition="2024")
    path.write_text(ledger.render(), encoding="utf-8")
    again = Ledger.read(path)
    assert [entry.edition for entry in again.entries] == ["2023", "2024"]
    assert again.entries[0].approvals == ("Ann", "Bob")
    assert again.tables()[0].frame["count"].to_list() == [100, 50]
    assert "100" not in repr(again.entries[0])
    path.write_text(ledger.render().replace("100", "101", 1), encoding="utf-8")
    with pytest.raises(InputError, match="was changed"):
        Ledger.read(path)
    path.write_text("\n".join(ledger.lines[1:]), encoding="utf-8")
    with pytest.raises(InputError, match="was changed"):
        Ledger.read(path)


def test_the_budget_of_privacy_is_kept_over_editions():
    rules = Rules(method="noise", epsilon=2.0, budget=3.0)
    table = plain({"form": ["A", "B"], "count": [100, 50]})
    ledger = added(Ledger(), [table], rules)
    assert ledger.spent == pytest.approx(2, rel=1e-6)
    with pytest.raises(ReleaseError, match="budget"):
        protect([table], rules, ledger=ledger)
    with pytest.raises(ReleaseError, match="budget"):
        protect([table], Rules(method="noise", epsilon=9.0, budget=3.0))


def test_one_record_stands_in_so_many_counts_and_the_noise_is_as_wide():
    both = plain({"a": ["x", "x", "TOTAL"], "b": ["1", "TOTAL", "TOTAL"], "count": [5, 5, 5]})
    lists = plain({"r": ["P", "Q", "Z"], "count": [5, 5, 5]}, "r", overlapping=["r"])
    assert sensitivity(exact_pieces([both])) == 3
    assert sensitivity(exact_pieces([both, lists])) == 6
    counts = pl.Series([1000] * 20_000).to_numpy()
    made = noisy_counts(counts, epsilon=1.0, reach=3)
    assert made.epsilon == pytest.approx(1, rel=1e-6)
    ratio = 2.718281828 ** (-1 / made.scale)
    variance = 2 * ratio / (1 - ratio) ** 2
    assert made.counts.var() == pytest.approx(variance, rel=0.1)
    assert made.counts.mean() == pytest.approx(1000, abs=0.2)
