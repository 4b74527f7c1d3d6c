"""States on disk: what was kept is what is loaded, and nothing else ever is."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskscore.trailing import Balances, Book, Segment, State, files_of_newest, load_state, save_state, snapshot

PLACES = [("shipments", "trader_id"), ("shipments", None)]


def state(day: int, origin: str = "as ever", first_segment: int = 0) -> State:
    """A state of three entities and some entries a day since `first_segment`."""
    keys = np.array([3, 5, 2**63 + 1], dtype=np.uint64)
    balances = Book(2, (Balances(keys, np.arange(15, dtype=np.int64).reshape(3, 5) * day),))
    segments = tuple(
        Segment(f"shipments-{number}", ("trader_id", None), np.full((2, 5), number, dtype=np.int64))
        for number in range(first_segment, day + 1)
    )
    return State(day, origin, dict.fromkeys(PLACES, balances), {"shipments": segments})


def origin_on(_day: int) -> str:
    return "as ever"


def same(found: State | None, expected: State) -> None:
    assert found is not None
    assert (found.day, found.origin) == (expected.day, expected.origin)
    assert list(found.balances) == list(expected.balances)
    for place, book in expected.balances.items():
        for column in ("keys", "rows"):
            np.testing.assert_array_equal(getattr(found.balances[place].whole(), column), getattr(book.whole(), column))
    for stream, segments in expected.open.items():
        assert [one.name for one in found.open[stream]] == [one.name for one in segments]
        for one, other in zip(found.open[stream], segments, strict=True):
            assert one.entities == other.entities
            np.testing.assert_array_equal(one.rows, other.rows)


def test_what_is_kept_is_what_is_loaded(tmp_path: Path) -> None:
    save_state(tmp_path, state(7))
    same(load_state(tmp_path, 8, origin_on), state(7))


def test_the_newest_state_before_a_day_is_loaded(tmp_path: Path) -> None:
    for day in (4, 5, 6):
        save_state(tmp_path, state(day))
    same(load_state(tmp_path, 6, origin_on), state(5))
    assert load_state(tmp_path, 4, origin_on) is None


def test_a_part_that_another_run_forgets_meanwhile_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is mapped stays, though its file is gone."""
    save_state(tmp_path, state(1))
    real = snapshot.ask_for

    def late(folder: Path, book: Book) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        real(folder, book)

    monkeypatch.setattr(snapshot, "ask_for", late)
    same(load_state(tmp_path, 2, origin_on), state(1))


def test_a_state_of_another_past_is_passed_over(tmp_path: Path) -> None:
    save_state(tmp_path, state(4))
    save_state(tmp_path, state(5, origin="another past"))
    same(load_state(tmp_path, 6, origin_on), state(4))


def test_the_last_few_remain_and_the_entries_they_name(tmp_path: Path) -> None:
    for day in range(10):
        save_state(tmp_path, state(day, first_segment=max(0, day - 1)))
    assert sorted(int(child.name) for child in tmp_path.iterdir() if child.name.isdigit()) == [7, 8, 9]
    there = {file.name for file in (tmp_path / "entries").iterdir()}
    assert {name for name in there if name.startswith("shipments")} == {f"shipments-{day}.npy" for day in range(6, 10)}
    assert len(there) == 4 + 3 * 2  # both places hold the same, in a file of keys and one of rows a day
    same(load_state(tmp_path, 8, origin_on), state(7, first_segment=6))


def test_a_day_run_again_replaces_its_state_and_leaves_later_ones(tmp_path: Path) -> None:
    for day in (4, 5):
        save_state(tmp_path, state(day, origin="before"))
    save_state(tmp_path, state(4))
    same(load_state(tmp_path, 5, origin_on), state(4))
    assert (tmp_path / "5").is_dir()


@pytest.mark.parametrize("spoilt", ["entries/*-rows.npy", "5/state.json"])
@pytest.mark.parametrize("content", [None, b"", b"\x80\x04K\x01."])
def test_a_state_that_cannot_be_read_counts_as_not_there(tmp_path: Path, spoilt: str, content: bytes | None) -> None:
    """What it holds can be computed again; a pickle in its place is never opened."""
    save_state(tmp_path, state(4))
    there = set(tmp_path.glob(spoilt))
    save_state(tmp_path, state(5))
    file = max(set(tmp_path.glob(spoilt)) - there)
    file.unlink() if content is None else file.write_bytes(content)
    same(load_state(tmp_path, 6, origin_on), state(4))


def test_the_files_of_the_newest_state_before_a_day_are_those_of_its_balances(tmp_path: Path) -> None:
    files = {}
    for day in (4, 5):
        before = set(tmp_path.glob("entries/*"))
        save_state(tmp_path, state(day))
        files[day] = {
            file for file in set(tmp_path.glob("entries/*")) - before if not file.name.startswith("shipments")
        }
    assert set(files_of_newest(tmp_path, 6)) == files[5] != set()
    assert set(files_of_newest(tmp_path, 5)) == files[4]
    assert files_of_newest(tmp_path, 4) == []
    assert files_of_newest(tmp_path / "nothing", 6) == []


@pytest.mark.parametrize("content", [b"", b"\x80", b"[]", b"{}", b'{"open": [], "balances": 1}', b"[" * 100_000])
def test_a_state_that_cannot_be_read_names_no_files_and_is_in_nobodys_way(tmp_path: Path, content: bytes) -> None:
    for day in (4, 5):
        save_state(tmp_path, state(day))
    (tmp_path / "5" / "state.json").write_bytes(content)
    assert files_of_newest(tmp_path, 6) == []
    same(load_state(tmp_path, 6, origin_on), state(4))
    save_state(tmp_path, state(6))
    same(load_state(tmp_path, 7, origin_on), state(6))


@pytest.mark.parametrize("place", ["keep_parts", "_write_text", "_put_in_place", "_forget", "_write_whole"])
def test_killed_at_any_point_it_leaves_whole_states(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_state(tmp_path, state(4))
    before = tmp_path / "before"
    shutil.copytree(tmp_path, before)
    with monkeypatch.context() as dying:
        dying.setattr(snapshot, place, lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            save_state(tmp_path, state(5))
    found = load_state(tmp_path, 6, origin_on)
    same(found, state(5) if place == "_forget" else state(4))
    save_state(tmp_path, state(5))
    same(load_state(tmp_path, 6, origin_on), state(5))


def test_what_was_left_unfinished_long_ago_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    save_state(tmp_path, state(4))
    left, written = tmp_path / "entries" / ".rows.left", tmp_path / "entries" / ".rows.written"
    for file in (left, written):
        file.touch()
    os.utime(left, (0, 0))
    save_state(tmp_path, state(5))
    assert not left.exists()
    assert written.exists()


def test_the_manifest_names_no_entity(tmp_path: Path) -> None:
    save_state(tmp_path, replace(state(4)))
    manifest = json.loads((tmp_path / "4" / "state.json").read_text(encoding="utf-8"))
    assert manifest.keys() == {"origin", "balances", "open"}
