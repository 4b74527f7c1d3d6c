"""A row put right twice at once, or by one who slept meanwhile, on PostgreSQL: it changes things once."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import sleep

import pandas as pd
import pytest

from riskscore import steps
from riskscore.settings import Settings
from tests.postgres import Postgres
from tests.riskscore.steps.arrivals import put, set_aside, some_manifest
from tests.riskscore.steps.killing import LONGEST_SECONDS, STALE, TOO_LATE, started, stopped, woken
from tests.riskscore.steps.small_world import DAY, STEPS, SmallWorld, content, differences, lake_rows, on_postgres

LINES = 40
"""Of the manifest; with fewer, two bad ones would be too many to take in the rest."""
GOOD, OTHER = {"hs6": "080390"}, {"hs6": "300490"}
STOPS = {
    "before the fact": ("riskscore.store.lake:Lake.replace_row", False),
    "asked already": ("riskscore.store.lake:write_deltalake", False),
    "fact published": ("riskscore.store.lake:Lake.replace_row", True),
}
"""Where a repair sleeps: before a function, or after it."""
WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
"""Who waits until days may be closed."""


def fixed(row: int, fix: dict[str, str], settings: Settings) -> None:
    """Put a row right, in a process that is given nothing but settings."""
    steps.fix_and_replay(settings, row, fix)


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path, postgres: Postgres, postgres_database: str) -> Iterator[Settings]:
    """The live day's deliveries taken in, and one more in which two rows have no good HS code."""
    home = small_world.copy("take_in", tmp_path)
    header, first, second, *others = some_manifest(small_world, range(LINES)).splitlines(keepends=True)
    put(home, b"".join([header, spoilt(first), spoilt(second), *others]), "two_wrong.csv")
    STEPS["land"](home)
    STEPS["take_in"](home)
    with on_postgres(home, postgres, postgres_database) as moved_home:
        yield moved_home


def spoilt(line: bytes) -> bytes:
    """Return a line of a manifest without a good HS code."""
    (code,) = (cell for cell in line.split(b",") if len(cell) == 6 and cell.isdigit())
    return line.replace(b"," + code + b",", b",99999,")


@pytest.fixture
def rows(settings: Settings) -> tuple[int, int]:
    """Ids of the two rows in quarantine."""
    one, other = set_aside(settings)[-2:]
    assert one.delivery_id == other.delivery_id
    assert [breach["column"] for row in (one, other) for breach in row.breaches] == ["hs6", "hs6"]
    return one.id, other.id


def counts(settings: Settings) -> list[int]:
    """Return received, accepted, quarantined and refused rows of the delivery."""
    named = ["received_rows", "accepted_rows", "quarantined_rows", "refused_rows"]
    newest: list[int] = steps.delivery_rows(settings)[named].iloc[-1].tolist()
    return newest


def facts(settings: Settings) -> pd.DataFrame:
    """Return what the delivery brought to the lake."""
    found = lake_rows(settings, "consignment")
    return found[found["delivery_id"] == set_aside(settings)[-1].delivery_id].sort_values("row_number")


@pytest.mark.slow
def test_twice_at_once_changes_things_once(settings: Settings, rows: tuple[int, int]) -> None:
    assert counts(settings) == [LINES, LINES - 2, 2, 0]
    both = [started(settings, partial(fixed, rows[0], GOOD)) for _ in range(2)]
    for process in both:
        process.join(LONGEST_SECONDS)
    assert sorted(process.exitcode or 0 for process in both) in ([0, STALE], [0, TOO_LATE])
    assert counts(settings) == [LINES, LINES - 1, 1, 0]
    assert facts(settings)["row_number"].tolist() == [1, *range(3, LINES + 1)]
    assert [row.state for row in set_aside(settings)[-2:]] == ["fixed", "open"]


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS)
def test_one_who_slept_while_another_put_it_right_changes_nothing(
    stop: str, settings: Settings, rows: tuple[int, int]
) -> None:
    place, after = STOPS[stop]
    with stopped(settings, partial(fixed, rows[0], OTHER), place, after=after) as asleep:
        fixed(rows[0], GOOD, settings)
        left = content(settings)
        assert woken(asleep) == STALE
    assert differences(left, content(settings)) == []
    assert counts(settings) == [LINES, LINES - 1, 1, 0]
    assert facts(settings)["hs6"].iloc[0] == GOOD["hs6"]
    assert [run.state for run in steps.runs(settings, step="fix_and_replay")] == ["done", "stale"]


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS)
def test_two_rows_of_a_delivery_put_right_at_once_are_both_counted(
    stop: str, settings: Settings, rows: tuple[int, int]
) -> None:
    place, after = STOPS[stop]
    with stopped(settings, partial(fixed, rows[0], GOOD), place, after=after) as asleep:
        fixed(rows[1], GOOD, settings)
        assert woken(asleep) == 0
    assert counts(settings) == [LINES, LINES, 0, 0]
    assert facts(settings)["row_number"].tolist() == list(range(1, LINES + 1))
    assert {row.state for row in set_aside(settings)[-2:]} == {"fixed"}


@pytest.mark.slow
def test_no_day_is_closed_while_a_row_is_put_right_for_it(
    settings: Settings, rows: tuple[int, int], postgres: Postgres
) -> None:
    """The features of the day have the row, or it is known the day after: computed again, they are the same."""
    with stopped(settings, partial(fixed, rows[0], GOOD), STOPS["before the fact"][0]) as asleep:
        closing = started(settings, "build_features")
        while closing.is_alive() and not postgres.execute(WAITING):
            sleep(0.05)
        assert closing.is_alive(), "the day was closed"
        assert woken(asleep) == 0
        closing.join(LONGEST_SECONDS)
        assert closing.exitcode == 0
    assert facts(settings)["known_day"].iloc[0] == DAY
    before = lake_rows(settings, "container_features")
    STEPS["build_features"](settings)
    assert lake_rows(settings, "container_features").equals(before)
