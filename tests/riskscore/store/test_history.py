"""What is found near by is what the whole table says, and finding it looks at the days it lies on and no others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.store import History, Lake, TableSchema
from riskscore.store.history import Kept, day_number, with_lifetimes
from tests.conftest import fact

CHECK = TableSchema(
    "check",
    {"check_id": pa.string(), "voyage_id": pa.string(), "result": pa.string()},
    ("check_id",),
    located_by=("voyage_id",),
    at_hand=("check_id", "voyage_id", "result", "known_day", "delivery_number", "row_number", "originator"),
)
START = date(2026, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def checks(rows: list[tuple[int, str, str, str]]) -> pd.DataFrame:
    named = [{"check_id": one, "voyage_id": voyage, "result": result} for _, one, voyage, result in rows]
    return pd.DataFrame(
        [fact(day(known), n, **row) for n, ((known, *_), row) in enumerate(zip(rows, named, strict=True))]
    )


ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from("abcd"), st.sampled_from(["V1", "V2", "V3"]), st.sampled_from("xy")),
    min_size=1,
    max_size=20,
)


@pytest.fixture(scope="module")
def lake_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[pd.DataFrame, bool], Lake]:
    """Return what makes a lake of checks, which keeps where they lie or does not."""

    def made(rows: pd.DataFrame, located: bool) -> Lake:
        home = tmp_path_factory.mktemp("lake")
        schema = CHECK if located else replace(CHECK, located_by=(), at_hand=())
        lake = Lake(home / "lake", [schema], located_in=home / "located" if located else None)
        lake.replace_days("check", rows, sorted(set(rows["known_day"])))
        return lake

    return made


def in_order(rows: pd.DataFrame) -> list[tuple[object, ...]]:
    return sorted(rows.itertuples(index=False, name=None), key=repr)


@settings(max_examples=40)
@given(rows=ROWS, voyages=st.sets(st.sampled_from(["V1", "V2", "V3", "V4"])), after=st.integers(-1, 9))
def test_what_lies_near_is_the_same_with_and_without_knowing_where(lake_of, rows, voyages, after):
    facts = checks(rows)
    found = []
    for located in (True, False):
        history = History(lake_of(facts, located), day(9))
        touched = history.touched("check", ["voyage_id", "result"], after=day(after), until=day(9))
        near = history.as_of(day(9)).changed_since(day(after), ["check"], ["voyage_id"])
        here = history.as_of(day(8)).table("check", among={"voyage_id": voyages}) if voyages else facts[:0]
        few = history.as_of(day(8)).table("check", among={"voyage_id": voyages or {"none"}}, columns=["result"])
        assert in_order(few) == in_order(here[[*few.columns]] if voyages else few[:0])
        found.append([in_order(touched.drop_duplicates()), in_order(near.versions("check")), in_order(here)])
    assert found[0] == found[1]
    whole, last = with_lifetimes(facts, CHECK), day_number(day(9))
    changed = [whole[name].between(day_number(day(after)) + 1, last) for name in ("known_on", "superseded_on")]
    rows_changed = whole[changed[0] | changed[1]]
    assert found[0][0] == in_order(rows_changed[["voyage_id", "result"]].drop_duplicates())
    assert len(found[0][1]) == whole["voyage_id"].isin(rows_changed["voyage_id"]).sum()


def days_read(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """Return the days of all files that are read from now on."""
    found = list[date]()

    def watched(read: Callable[..., pa.Table]) -> Callable[..., pa.Table]:
        def look(lake: Lake, files: pd.DataFrame, *given: object) -> pa.Table:
            found.extend(files["day"])
            return read(lake, files, *given)

        return look

    for look in ("_read_files", "_from_shelf"):
        monkeypatch.setattr(Lake, look, watched(getattr(Lake, look)))
    return found


def test_what_changed_is_found_on_the_days_it_lies_on_however_many_there_are(lake_of, monkeypatch):
    for days in (20, 60):
        rows = [(number, f"c{number}", f"V{number}", "x") for number in range(days)]
        amended = [(days, "c5", "V6", "y"), (days, "new", "V7", "x")]
        lake = lake_of(checks([*rows, *amended]), True)
        for _ in range(2):  # the first time makes the indexes
            looked_at = days_read(monkeypatch)
            view = History(lake, day(days)).as_of(day(days)).changed_since(day(days - 1), ["check"], ["voyage_id"])
            assert sorted(view.versions("check")["check_id"]) == ["c5", "c5", "c6", "c7", "new"]
        monkeypatch.undo()
        assert set(looked_at) == {day(5), day(6), day(7), day(days)}


def test_streams_that_look_near_by_the_same_columns_look_once(lake_of, monkeypatch):
    lake = lake_of(checks([(0, "a", "V1", "x"), (1, "b", "V1", "x")]), True)
    view = History(lake, day(1)).as_of(day(1)).changed_since(day(0), ["check"], ["voyage_id"])
    first = view.versions("check")
    looked_at = days_read(monkeypatch)
    pd.testing.assert_frame_equal(view.versions("check"), first)
    assert looked_at == []


def test_what_one_grain_looked_at_the_next_finds_until_the_table_changes(lake_of, monkeypatch):
    lake, kept = lake_of(checks([(0, "a", "V1", "x"), (1, "b", "V1", "x")]), True), Kept()

    def look() -> tuple[list[str], list[date]]:
        looked_at = days_read(monkeypatch)
        view = History(lake, day(1), kept=kept).as_of(day(1)).changed_since(day(0), ["check"], ["voyage_id"])
        found = sorted(view.versions("check", columns=["result"])["result"])
        monkeypatch.undo()
        return found, looked_at

    found, looked_at = look()
    assert found == ["x", "x"]
    assert set(looked_at) == {day(0), day(1)}
    assert look() == (["x", "x"], [])
    lake.replace_days("check", checks([(1, "b", "V1", "y")]), [day(1)])
    found, looked_at = look()
    assert found == ["x", "y"]
    assert set(looked_at) == {day(0), day(1)}


def test_grains_that_name_their_tables_in_another_order_share_what_changed(tmp_path):
    tables = [CHECK, replace(CHECK, name="again")]
    lake, kept = Lake(tmp_path / "lake", tables), Kept()
    for table in tables:
        lake.replace_days(table.name, checks([(0, "a", "V1", "x"), (1, "b", "V2", "x")]), [day(0), day(1)])
    orders = [["check", "again"], ["again", "check"]]
    views = [History(lake, day(1), kept=kept).as_of(day(1)).changed_since(day(0), one, ["voyage_id"]) for one in orders]
    assert views[0].only is views[1].only


def test_a_history_stays_with_what_it_saw_first(lake_of):
    lake = lake_of(checks([(0, "a", "V1", "x"), (1, "b", "V1", "x")]), True)
    view = History(lake, day(1)).as_of(day(1)).changed_since(day(0), ["check"], ["voyage_id"])
    first = view.versions("check")
    lake.replace_days("check", checks([(1, "b", "V1", "y")]), [day(1)])
    pd.testing.assert_frame_equal(view.versions("check"), first)


@pytest.mark.parametrize("located", [True, False])
def test_the_values_of_a_column_follow_the_table(lake_of, monkeypatch, located):
    lake = lake_of(checks([(0, "a", "V1", "x"), (1, "b", "V2", "y"), (2, "c", "V3", "z")]), located)
    assert [lake.values("check", "result", until=day(number)) for number in range(3)] == [{"x"}, {"x", "y"}, set("xyz")]
    lake.replace_days("check", checks([(1, "b", "V2", "w")]), [day(1)])
    looked_at = days_read(monkeypatch)
    assert lake.values("check", "result", until=day(2)) == set("xwz")
    assert sorted(looked_at) == ([day(1)] if located else [day(0), day(1), day(2)])
    lake.replace_days("check", checks([(1, "b", "V2", "w")])[:0], [day(1)])
    assert lake.values("check", "result", until=day(2)) == set("xz")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"2026-01-01": 3}', b"\xff"])
def test_an_index_that_cannot_be_read_is_made_again(lake_of, damage):
    lake = lake_of(checks([(0, "a", "V1", "x"), (1, "b", "V2", "y")]), True)
    wanted = {"voyage_id": ["V2"]}
    assert lake.read("check", among=wanted)["check_id"].tolist() == ["b"]
    assert lake.values("check", "result", until=day(9)) == {"x", "y"}
    kept = [path for path in Path(lake.located_in or "").rglob("[!.]*") if path.is_file()]
    assert len(kept) == 3
    for path in kept:
        path.write_bytes(damage)
    assert lake.read("check", among=wanted)["check_id"].tolist() == ["b"]
    assert lake.values("check", "result", until=day(9)) == {"x", "y"}
