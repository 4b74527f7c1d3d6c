import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskscore.errors import WorldError
from riskscore.sources import PARSERS
from riskscore.world import AnswerKey, World, outcomes_for, read_sealed

LIVE = date(2026, 3, 23)


@pytest.fixture(scope="module")
def queue(world: World) -> pd.DataFrame:
    day = pd.Timestamp(LIVE, tz="UTC")
    near = world.truth[world.truth["arrived_at"].between(day, day + pd.Timedelta(days=4))]
    chosen = pd.concat([near[near["is_contraband"]], near[~near["is_contraband"]].head(150)])
    return chosen[["unit", "voyage_id", "container_number"]].assign(
        day=LIVE, decided_by="model", selection_probability=np.nan
    )


def reports(files: list[Path]) -> pd.DataFrame:
    return pd.DataFrame([json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()])


def test_every_queued_container_is_reported_once(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    told = reports(outcomes_for(world, queue, tmp_path))
    assert set(told["container_no"]) == set(queue["container_number"])
    assert told["inspection_id"].nunique() == len(queue)
    assert set(told["decided_by"]) == {"model"}


def test_finds_are_real_and_most_of_what_is_there_is_found(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    told = reports(outcomes_for(world, queue, tmp_path)).merge(
        world.truth[["voyage_id", "container_number", "is_contraband"]],
        left_on=["voyage_id", "container_no"], right_on=["voyage_id", "container_number"],
    )  # fmt: skip
    found = told[told["outcome"] == "contraband"]
    assert found["is_contraband"].all()
    assert 0.5 < found["container_no"].nunique() / told.loc[told["is_contraband"], "container_no"].nunique() < 1


def test_nothing_is_told_before_it_happened(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    for path in outcomes_for(world, queue, tmp_path):
        told = reports([path])
        cutoff = pd.Timestamp(path.parts[-3], tz="UTC") + pd.Timedelta(hours=6)
        assert path.parts[-3] > LIVE.isoformat()
        assert (pd.to_datetime(told["decided_at"]) < cutoff).all()
        assert (pd.to_datetime(told["examined_at"].dropna()) <= cutoff).all()


def test_the_sealed_answers_give_the_same_files(
    world: World, answers: AnswerKey, drop: Path, queue: pd.DataFrame, tmp_path: Path
) -> None:
    one = outcomes_for(world, queue, tmp_path / "one")
    two = outcomes_for(read_sealed(drop), queue.sample(frac=1, random_state=3), tmp_path / "two")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_the_outcome_does_not_depend_on_who_chose(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    alone = reports(outcomes_for(world, queue.head(20), tmp_path / "alone")).set_index(["container_no", "outcome"])
    among = reports(outcomes_for(world, queue, tmp_path / "all")).set_index(["container_no", "outcome"])
    assert set(alone.index) <= set(among.index)


def test_a_container_nobody_knows_has_not_landed(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    stranger = queue.head(1).assign(container_number="QZZU0000000", decided_by="random", selection_probability=0.01)
    told = reports(outcomes_for(world, stranger, tmp_path))
    assert told[["outcome", "reason_code", "selection_probability"]].to_numpy().tolist() == [
        ["not_examined", "not_landed", 0.01]
    ]
    assert told["examined_at"].isna().all()


def test_reports_are_in_the_units_own_format(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    for path in outcomes_for(world, queue, tmp_path):
        assert "INVENTED" in path.name
        assert not PARSERS["inspections"](path).faults


def test_a_missing_column_is_named(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="selection_probability"):
        outcomes_for(world, queue.drop(columns="selection_probability"), tmp_path)


def test_an_empty_queue_brings_nothing(world: World, queue: pd.DataFrame, tmp_path: Path) -> None:
    assert outcomes_for(world, queue.head(0), tmp_path) == []
