"""What officers recorded goes into the drop folder once, however many look for it and whoever sleeps meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.desk import View, day_list
from riskscore.settings import Settings
from tests.postgres import Postgres
from tests.riskscore.desk.test_small_world import ANNA, UNIT, desk_over, work_through
from tests.riskscore.steps.killing import LONGEST_SECONDS, STALE, started, stopped, woken
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld, on_postgres

PUT = "riskscore.steps.outcomes:_put"


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path, postgres: Postgres, postgres_database: str) -> Iterator[Settings]:
    """A home on PostgreSQL, on the day after officers recorded two outcomes at the desk."""
    desk = desk_over(small_world, tmp_path)
    keys = [row.key for row in day_list(ANNA, desk, UNIT, DAY, View()).rows]
    work_through(desk, keys[:2], ["contraband", "nothing"])
    with on_postgres(desk.settings, postgres, postgres_database) as moved_home:
        yield moved_home.model_copy(update={"today": NEXT_DAY})


def delivered(settings: Settings) -> None:
    steps.deliver_outcomes(settings, DAY, NEXT_DAY)


def landed(settings: Settings) -> None:
    steps.land(settings, NEXT_DAY)


def put(settings: Settings) -> dict[str, bytes]:
    """Return the files in the drop folders that came from the desk, half written ones among them."""
    return {str(path): path.read_bytes() for path in settings.drop.glob("*/inspections/*desk-*")}


def from_the_desk(settings: Settings) -> list[tuple[str, str]]:
    """Return the deliveries from the desk on record, and what became of them."""
    rows = steps.delivery_rows(settings, feed="inspections")
    return [(one.file_name, one.state) for one in rows.itertuples() if one.file_name.startswith("desk-")]


@pytest.mark.slow
def test_delivered_twice_at_once_it_is_one_file(settings: Settings) -> None:
    both = [started(settings, delivered) for _ in range(2)]
    for process in both:
        process.join(LONGEST_SECONDS)
    assert [process.exitcode for process in both] == [0, 0]
    (content,) = put(settings).values()
    assert content.count(b"\n") == 2
    landed(settings)
    assert [state for _, state in from_the_desk(settings)] == ["landed"]


@pytest.mark.slow
def test_who_slept_before_the_file_and_was_overtaken_changes_nothing(settings: Settings) -> None:
    with stopped(settings, landed, PUT) as asleep:
        landed(settings)
        steps.take_in(settings, steps.waiting(settings, NEXT_DAY, feed="inspections"))
        left = put(settings), from_the_desk(settings)
        assert [state for _, state in left[1]] == ["published"]
        assert woken(asleep) == STALE
    landed(settings)
    assert (put(settings), from_the_desk(settings)) == left
