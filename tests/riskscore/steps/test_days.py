"""A whole day twice, or killed at any step and run again, leaves the same as a day that nothing interrupted."""

from pathlib import Path

import pytest
from sqlalchemy import select

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.database import QueueItem
from tests.riskscore.steps.killing import KillPoint, killed
from tests.riskscore.steps.small_world import DAY, STEPS, SmallWorld, content, differences, lake_rows, whole_day

LAKE, LANDING, INTAKE = "riskscore.store.lake", "riskscore.steps.landing", "riskscore.steps.intake"
KILLS = {
    "land": [
        KillPoint("os:fsync", time=3),
        KillPoint(f"{LANDING}:_refuse_at_sight", time=4),
        KillPoint(f"{LANDING}:waiting"),
    ],
    "take_in": [
        KillPoint(f"{INTAKE}:_record"),
        KillPoint(f"{INTAKE}:_publish", time=2),
        KillPoint(f"{INTAKE}:_accounted"),
    ],
    "build_features": [
        KillPoint(f"{LAKE}:Lake.replace_days"),
        KillPoint(f"{LAKE}:Lake.replace_days", after=True),
    ],
    "score_day": [
        KillPoint(f"{LAKE}:Lake.replace_days", after=True),
        KillPoint(f"{LAKE}:Lake.replace_days", time=3),
    ],
    "fill_queues": [
        KillPoint("riskscore.steps.queueing:insert_rows", time=3),
        KillPoint("riskscore.steps.queueing:_replace", time=2, after=True),
    ],
    "export_day": [
        KillPoint("riskscore.exchange.durable:_write_part_named", time=3),
        KillPoint("riskscore.steps.exporting:publish", after=True),
    ],
}
"""Step -> where it is killed, in turn, each time it is run."""


def queue_items(settings: Settings) -> list[QueueItem]:
    with steps.open_workspace(settings).transaction() as session:
        return list(session.scalars(select(QueueItem).where(QueueItem.queue_day == DAY)))


def test_the_day_left_something_to_compare(small_world: SmallWorld) -> None:
    left = small_world.left()
    empty = {name for name, what in left.items() if len(what) == 0 and not name.startswith("exports")}
    assert empty <= {
        "lake declaration",
        "lake declaration_outcome",
        "lake declaration_features",
        "lake monitor_finding",
        "lake monitor_tally",
        "database queue_event",
        "database outcome",
        "database outcome_file",
    }
    assert len([name for name in left if name.startswith("exports")]) > 10
    before = small_world.settings("learned")
    for table in ("consignment", "container_features", "voyage_features", "container_score", "voyage_score"):
        assert len(lake_rows(small_world.finished(), table)) > len(lake_rows(before, table)), table


def test_the_whole_day_twice_leaves_the_same(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("export_day", tmp_path)
    assert sum(steps.run_day(settings, DAY).values()) == len(queue_items(settings)) > 20
    whole_day(settings)
    assert differences(content(settings), small_world.left()) == []


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_step_killed_again_and_again_and_then_run_leaves_the_same(
    step: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.before(step, tmp_path)
    for point in KILLS[step]:
        assert killed(settings, step, point) == -9, point
    whole_day(settings)
    assert differences(content(settings), small_world.left()) == []
