"""One middle-sized world and its files, made once for all tests of this room."""

from datetime import date
from pathlib import Path

import pytest

from riskscore.world import AnswerKey, World, WorldSpec, make_world, write_deliveries

SPEC = WorldSpec(seed=13, start=date(2026, 1, 5), days=80, containers_per_day=450, live_days=10, contraband_share=0.02)


TINY = WorldSpec(seed=2, start=date(2026, 1, 5), days=20, containers_per_day=60, live_days=5)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(SPEC)


@pytest.fixture(scope="session")
def answers(world: World, tmp_path_factory: pytest.TempPathFactory) -> AnswerKey:
    return write_deliveries(world, tmp_path_factory.mktemp("world") / "drop")


@pytest.fixture(scope="session")
def drop(answers: AnswerKey) -> Path:
    return answers.folder.parent / "drop"


@pytest.fixture(scope="session")
def tiny() -> World:
    return make_world(TINY)
