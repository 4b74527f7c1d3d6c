"""A slice of the proof: a few kills of every kind; `python -m tests.crash` makes two hundred of them."""

from pathlib import Path

import pytest

from riskscore.store.database import transaction
from riskscore.store.runs import RUNNING, StepRun
from tests.crash.__main__ import page
from tests.crash.left import accounted, left_behind, size_of
from tests.crash.points import KINDS, VARIANTS, draw
from tests.crash.proof import placed, prove
from tests.crash.worker import TASKS
from tests.riskscore.steps.small_world import SmallWorld, differences

POINTS, SEED = 12, 4


@pytest.mark.slow
def test_a_day_killed_at_random_points_leaves_what_an_undisturbed_day_leaves(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    with placed(small_world, tmp_path) as place:
        *_, shown = prove(place, points=POINTS, seed=SEED, report=print)
    assert shown.points.total() >= POINTS
    assert {point.kind for point in shown.points} == set(KINDS)
    assert shown.starts > shown.days * len(TASKS) + POINTS / 2
    assert all(size for size, _ in size_of(shown.left).values())
    told = "\n".join(page(shown, seed=SEED))
    assert f"# {shown.points.total()} kills" in told
    assert f"{shown.received:,} rows" in told


def test_the_same_seed_draws_the_same_points_and_in_time_every_way_to_kill() -> None:
    assert draw(1, 5, 20) == draw(1, 5, 20) != draw(2, 5, 20)
    many = [point for day in range(20) for point in draw(1, day, 20)]
    assert {(point.kind, point.variant) for point in many} == {(kind, one) for kind in KINDS for one in VARIANTS[kind]}
    assert {point.task for point in many} == set(TASKS)
    assert {point.kind for point in draw(1, 0, 20, ["report"])} == {"report"}


def test_a_day_that_lacks_its_bundles_differs(small_world: SmallWorld) -> None:
    before, after = (left_behind(small_world.settings(stage)) for stage in ("fill_queues", "export_day"))
    assert differences(after, after) == []
    other = differences(before, after)
    assert "database export" in other
    assert any(name.startswith("exports/") for name in other)


def test_a_run_that_never_ended_and_that_no_later_one_names_is_found(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("land", tmp_path)
    assert accounted(settings)[1] == 0
    with transaction(settings.database) as session:
        session.get_one(StepRun, 1).state = RUNNING
    with pytest.raises(AssertionError, match="no later one says so"):
        accounted(settings)
