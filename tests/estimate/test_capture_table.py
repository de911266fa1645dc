"""The capture table: what it takes, what it refuses, what can be done with it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.estimate import CaptureTable
from slachtoffermonitor.ground import InputError

ROWS = {"A": [1, 0, 1, 1], "B": [0, 1, 1, 0], "C": [0, 0, 1, 1], "count": [30, 20, 6, 4]}


def frame(**changes: list[object]) -> pl.DataFrame:
    return pl.DataFrame({**ROWS, **changes}, strict=False)


def test_counts_are_indexed_by_history() -> None:
    table = CaptureTable.from_counts(frame())
    assert table.lists == ("A", "B", "C")
    assert table.counts.tolist() == [0, 30, 20, 0, 0, 4, 0, 6]
    assert table.observed == 60
    assert "60 persons" in repr(table)


def test_absent_histories_and_zero_rows_are_the_same() -> None:
    longer = frame(A=[1, 0, 1, 1, 0], B=[0, 1, 1, 0, 0], C=[0, 0, 1, 1, 1], count=[30, 20, 6, 4, 0])
    assert CaptureTable.from_counts(longer) == CaptureTable.from_counts(frame())


def test_repeated_histories_are_summed_with_a_notice() -> None:
    table = CaptureTable.from_counts(frame(C=[0, 0, 1, 1], A=[1, 0, 1, 1], B=[0, 1, 1, 1]))
    assert table.counts[7] == 10
    assert "1 rows repeat" in table.notices[0].in_language("en")
    assert "herhalen" in table.notices[0].in_language("nl")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"A": [1, 0, 2, 1]}, "row 3, column 'A': is neither 0 nor 1; found 2"),
        ({"A": [1, 0, None, 1]}, "row 3, column 'A': is neither 0 nor 1; found nothing"),
        ({"A": [1, 0, 0.5, 1]}, "row 3, column 'A'"),
        ({"count": [30, -2, 6, 4]}, "row 2, column 'count': is not a count; found -2"),
        ({"count": [30, 2.5, 6, 4]}, "row 2, column 'count': is not a count; found 2.5"),
        ({"count": [30, None, 6, 4]}, "row 2, column 'count'"),
        ({"count": ["30", "many", "6", "4"]}, "found many"),
        ({"count": [0, 0, 0, 0]}, "there is no person on any list"),
        ({"B": [0, 0, 1, 0]}, "row 2: persons seen by no list cannot be counted"),
    ],
)
def test_bad_values_are_refused_where_they_stand(
    changes: dict[str, list[object]], said: str
) -> None:
    with pytest.raises(InputError) as error:
        CaptureTable.from_counts(frame(**changes), file="t.csv")
    assert said in str(error.value)


def test_all_problems_are_named_together() -> None:
    with pytest.raises(InputError) as error:
        CaptureTable.from_counts(frame(A=[3, 0, 1, 1], count=[30, -1, 6, 4]))
    assert len(error.value.problems) == 2


def test_an_empty_history_without_persons_is_harmless() -> None:
    rows = frame(B=[0, 0, 1, 0], count=[30, 0, 6, 4])
    assert CaptureTable.from_counts(rows).observed == 40


@pytest.mark.parametrize("lists", [1, 17])
def test_number_of_lists_is_bounded(lists: int) -> None:
    rows = pl.DataFrame({**{f"L{i}": [1] for i in range(lists)}, "count": [5]})
    with pytest.raises(InputError, match="2 to 16 lists"):
        CaptureTable.from_counts(rows)


def test_sixteen_lists_are_taken() -> None:
    rows = pl.DataFrame({**{f"L{i}": [1] for i in range(16)}, "count": [5]})
    assert CaptureTable.from_counts(rows).counts[-1] == 5


def test_absent_column_is_named() -> None:
    with pytest.raises(InputError, match="column 'count': the column is not there"):
        CaptureTable.from_counts(frame().drop("count"))


@pytest.mark.parametrize(
    "content",
    [
        b"A,B,count\n1,0,30\n0,1,20\n1,1,6\n",
        b"A,B,count\r\n1,0,30\r\n0,1,20\r\n1,1,6\r\n",
        b"A , B, count\n1, 0, 30\n0, 1, 20\n1, 1, 6\n",
    ],
)
def test_files_of_many_kinds_say_the_same(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    assert CaptureTable.read(tmp_path / "t.csv").counts.tolist() == [0, 30, 20, 6]


def test_names_with_letters_of_any_language_and_parquet(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Größe,B,count\n1,0,3\n0,1,2\n", encoding="utf-8")
    table = CaptureTable.read(tmp_path / "t.csv")
    assert table.lists == ("Größe", "B")
    frame().write_parquet(tmp_path / "t.parquet")
    assert CaptureTable.read(tmp_path / "t.parquet") == CaptureTable.from_counts(frame())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b"A,B,count\n", "there is no person"),
        (b"A,B,count\n1,0\n1,0,3,4,5\n", "more cells than the header"),
        (b"A;B;count\n1;0;3\n", "separated by semicolons"),
        ("é,B,count\n1,0,3\n".encode("latin-1"), "is not in UTF-8"),
        (b"\x00\x01\x02\x03", "is not a text file"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        CaptureTable.read(path)


def memberships() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person_id": ["a", "a", "a", "b", "b", "c"],
            "reporter": ["POL", "POL", "KMAR", "POL", "IND", "IND"],
            "year": [2019, 2019, 2019, 2019, 2020, 2020],
        }
    )


def test_memberships_become_histories() -> None:
    table = CaptureTable.from_memberships(memberships())
    assert table.lists == ("IND", "KMAR", "POL")
    assert table.observed == 3
    assert table.counts[0b110] == 1
    assert table.counts[0b101] == 1
    assert table.counts[0b001] == 1


def test_memberships_by_year_count_persons_once_a_year() -> None:
    table = CaptureTable.from_memberships(memberships(), strata=("year",))
    assert table.observed == 4
    parts = table.split("year")
    assert [level for (level,) in parts] == [2019, 2020]
    assert parts[(2019,)].counts[0b110] == 1
    assert sum(part.observed for part in parts.values()) == 4


def test_memberships_with_unknown_list_or_hole_are_refused() -> None:
    with pytest.raises(InputError, match="a list that was not asked for"):
        CaptureTable.from_memberships(memberships(), lists=["POL", "KMAR"])
    holes = memberships().with_columns(pl.lit(None, pl.String).alias("person_id"))
    with pytest.raises(InputError, match="has no value"):
        CaptureTable.from_memberships(holes)


def test_an_error_never_shows_a_person() -> None:
    rows = memberships().with_columns(
        pl.when(pl.col("person_id") == "c").then(None).otherwise("reporter").alias("reporter"),
        pl.lit("Jansen").alias("person_id"),
    )
    with pytest.raises(InputError) as error:
        CaptureTable.from_memberships(rows)
    assert "Jansen" not in str(error.value)


def test_overlaps_count_whatever_else_is_there() -> None:
    overlaps = CaptureTable.from_counts(frame()).overlaps()
    assert overlaps.height == 9
    pick = overlaps.filter(list="A", other="C")["persons"].item()
    assert pick == 10
    assert overlaps.filter(list="A", other="A")["persons"].item() == 40


counts = st.lists(st.integers(0, 50), min_size=15, max_size=15).filter(any)


def of(numbers: list[int]) -> CaptureTable:
    cells = pl.DataFrame({"history": range(1, 16), "count": numbers}).with_columns(
        *((pl.col("history") // 2**i % 2).alias(name) for i, name in enumerate("ABCD"))
    )
    return CaptureTable.from_counts(cells.drop("history"), lists=list("ABCD"))


@settings(max_examples=60, deadline=None)
@given(counts)
def test_merging_and_dropping_keep_who_stays(numbers: list[int]) -> None:
    table = of(numbers)
    merged = table.merge_lists({"AB": ["A", "B"]})
    assert merged.lists == ("AB", "C", "D")
    assert merged.observed == table.observed
    on_either = sum(number for history, number in enumerate(numbers, start=1) if history & 0b0011)
    assert merged.counts[1::2].sum() == on_either
    only_d = numbers[0b1000 - 1]
    if table.observed > only_d:
        assert table.drop_lists(["D"]).observed == table.observed - only_d


def test_lists_can_be_put_in_another_order() -> None:
    table = of(list(range(1, 16)))
    turned = table.marginal(["D", "C", "B", "A"])
    for history in range(1, 16):
        mirrored = int(f"{history:04b}"[::-1], 2)
        assert turned.counts[mirrored] == table.counts[history]


def test_unknown_lists_and_strata_are_refused() -> None:
    table = of(list(range(1, 16)))
    for call in (
        lambda: table.drop_lists(["X"]),
        lambda: table.merge_lists({"AB": ["A", "X"]}),
        lambda: table.marginal(["A", "X"]),
        lambda: table.split("year"),
    ):
        with pytest.raises(InputError, match="the table has no such"):
            call()
    with pytest.raises(InputError, match="two of the groups"):
        table.merge_lists({"X": ["A", "B"], "Y": ["B", "C"]})
    with pytest.raises(InputError, match="2 to 16"):
        table.drop_lists(["A", "B", "C"])
