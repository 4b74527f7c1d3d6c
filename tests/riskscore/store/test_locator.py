"""Where values lie is what the days hold, whatever became of them; a new day is not written with all the others."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.store.locator import SEVERAL, Locator

START = date(2026, 1, 1)
VALUES = [f"V{number}" for number in range(12)]
CHANGES = st.lists(
    st.dictionaries(st.integers(0, 9), st.none() | st.sets(st.sampled_from(VALUES)), max_size=4), max_size=6
)
"""One look after the other: what days hold from then on; None where a day is gone."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return what makes an empty folder."""
    return lambda: tmp_path_factory.mktemp("located")


class Table:
    """Values by day, and which days were read."""

    def __init__(self) -> None:
        self.days: dict[date, set[str]] = {}
        self.changed: dict[date, int] = {}
        self.read_days: list[date] = []

    def hold(self, day: date, values: set[str] | None) -> None:
        self.changed[day] = self.changed.get(day, 0) + 1
        self.days.pop(day, None)
        if values is not None:
            self.days[day] = values

    @property
    def prints(self) -> dict[date, str]:
        return {day: f"{day}.{self.changed[day]}" for day in self.days}

    def read(self, days: list[date]) -> pd.DataFrame:
        self.read_days += days
        pairs = [(day, value) for day in days for value in sorted(self.days[day])]
        return pd.DataFrame(pairs, columns=["day", "value"]).astype({"value": "str"})

    def with_any(self, values: list[str]) -> list[date]:
        return sorted(day for day, held in self.days.items() if held & set(values))


@settings(max_examples=80)
@given(looks=CHANGES, asked=st.lists(st.sampled_from(VALUES), unique=True))
def test_days_are_found_after_any_changes(folders, looks, asked):
    table, locator = Table(), Locator(folders(), "value")
    for changes in looks:
        for number, values in changes.items():
            table.hold(START + timedelta(days=number), values)
        table.read_days.clear()
        before = dict(table.prints)
        assert locator.days_with(asked, table.prints, table.read) == table.with_any(asked)
        assert len(table.read_days) == len(set(table.read_days)) <= len(changes)
        assert locator.days_with(asked, before, pytest.fail) == table.with_any(asked) or not any(table.days.values())


def test_a_new_day_is_written_with_the_small_parts_alone(tmp_path):
    table, locator = Table(), Locator(tmp_path, "value")
    sizes = list[int]()
    for number in range(200):
        table.hold(START + timedelta(days=number), {f"{number}.{value}" for value in range(5)})
        before = {path.name for path in (tmp_path / "value").glob("*.npy")}
        assert locator.days_with([f"{number}.3"], table.prints, table.read) == [START + timedelta(days=number)]
        written = [path for path in (tmp_path / "value").glob("*.npy") if path.name not in before]
        sizes += [np.load(path).shape[1] for path in written]
    kept = json.loads((tmp_path / "value" / "days.json").read_text())["parts"]
    held = [np.load(tmp_path / "value" / part["pairs"]).shape[1] for part in kept]
    assert sum(held) == 1000
    assert all(larger >= SEVERAL * smaller for larger, smaller in pairwise(held))
    assert {part["pairs"] for part in kept} == {path.name for path in (tmp_path / "value").glob("*.npy")}
    assert sum(sizes) < 200 * 1000 / 8
    assert table.read_days == [START + timedelta(days=number) for number in range(200)]


def test_a_day_that_changed_is_looked_at_again_and_no_other(tmp_path):
    table, locator = Table(), Locator(tmp_path, "value")
    for number in range(20):
        table.hold(START + timedelta(days=number), {f"V{number}"})
    locator.days_with([], table.prints, table.read)
    table.read_days.clear()
    table.hold(START + timedelta(days=3), {"V3", "V99"})
    table.hold(START + timedelta(days=4), None)
    assert locator.days_with(["V3", "V4", "V5"], table.prints, table.read) == [
        START + timedelta(days=one) for one in (3, 5)
    ]
    assert table.read_days == [START + timedelta(days=3)]


def test_parts_that_another_process_replaces_meanwhile_are_looked_for_again(tmp_path, monkeypatch):
    table, ours, theirs = Table(), Locator(tmp_path, "value"), Locator(tmp_path, "value")
    table.hold(START, {"V0"})
    ours.days_with([], table.prints, table.read)
    load, stepped_in = np.load, list[bool]()

    def load_late(*given, **named):
        if not stepped_in:
            stepped_in.append(True)
            table.hold(START + timedelta(days=1), {"V1"})
            theirs.days_with([], table.prints, table.read)  # joins both days in a new part and removes the old one
        return load(*given, **named)

    monkeypatch.setattr(np, "load", load_late)
    table.read_days.clear()
    assert ours.days_with(
        ["V1"], {**table.prints, START + timedelta(days=1): f"{START + timedelta(days=1)}.1"}, table.read
    )
    assert table.read_days == [START + timedelta(days=1)]


def test_of_several_that_notice_the_same_new_day_one_reads_it(tmp_path):
    table, steps, found = Table(), 25, list[list[date]]()
    together = Barrier(2, action=lambda: table.hold(START + timedelta(days=len(table.days)), {"V0"}))

    def look() -> None:
        for _ in range(steps):
            together.wait()
            found.append(Locator(tmp_path, "value").days_with(["V0"], table.prints, table.read))
            together_after.wait()

    together_after = Barrier(2)
    threads = [Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2 * steps
    assert table.read_days == [START + timedelta(days=number) for number in range(steps)]
