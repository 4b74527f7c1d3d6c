"""A slice of the proof with Airflow's own scheduler; `python -m tests.crash.airflow_killed` kills it twenty times."""

from pathlib import Path

import pytest

from tests.crash.airflow_killed import STRUCK, VARIANTS, drawn, page, prove
from tests.crash.proof import placed
from tests.crash.results import keep
from tests.riskscore.steps.small_world import SmallWorld

KILLS, SEED = 2, 4


@pytest.mark.scheduler
def test_a_day_whose_scheduler_is_killed_leaves_what_its_steps_leave(small_world: SmallWorld, tmp_path: Path) -> None:
    with placed(small_world, tmp_path) as place:
        shown = next(prove(place, kills=KILLS, seed=SEED, report=print))
    assert shown.kills.total() > 0
    assert f"# {shown.kills.total()} kills of Airflow's scheduler" in "\n".join(page(shown, kills=KILLS, seed=SEED))


def test_the_same_seed_draws_the_same_kills_and_in_time_every_way() -> None:
    assert drawn(1, 2, 5) == drawn(1, 2, 5) != drawn(1, 3, 5)
    many = [kill for day in range(20) for kill in drawn(1, day, 5)]
    assert {(kill.dag, kill.variant) for kill in many} == {(dag, variant) for dag in STRUCK for variant in VARIANTS}


def test_each_command_keeps_its_own_part_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "crash.md"
    for number in (1, 2):
        for command in ("python -m tests.crash.airflow_killed", "python -m tests.crash"):
            keep(f"# {number} kills\n\n`{command} --seed {number}`: told\n", command=command, page=page)
    assert page.read_text() == (
        "# 2 kills\n\n`python -m tests.crash --seed 2`: told\n\n"
        "# 2 kills\n\n`python -m tests.crash.airflow_killed --seed 2`: told\n"
    )
