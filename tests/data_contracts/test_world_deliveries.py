"""What the invented world's senders write passes parser and contract; what it spoilt, and only that, is found."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from riskscore.contracts import load_contract
from riskscore.contracts.check import CheckResult, check_deliveries
from riskscore.errors import DeliveryError
from riskscore.sources import PARSERS
from riskscore.world import AnswerKey, World, WorldSpec, make_world, outcomes_for, write_deliveries

CONTRACTS = Path(__file__).parents[2] / "data_contracts" / "inbound"
INVENTED = ["manifest", "port_calls", "inspections", "seizures_es", "seizures_br", "seizures_us"]
AT_THE_DOOR = "same_file_again"
"""Refused before it is parsed, because its hash is known."""


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world") / "drop"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(WorldSpec(days=25, containers_per_day=60, live_days=2, dirty_share=0.08))


@pytest.fixture(scope="module")
def answers(world: World, drop: Path) -> AnswerKey:
    return write_deliveries(world, drop)


def taken_in(feed: str, drop: Path, files: Iterable[Path]) -> tuple[CheckResult, set[str]]:
    """Parse and check files; return the verdict and the names of those refused whole."""
    frames, faults, refused = {}, {}, set()
    for path in files:
        name = str(path.relative_to(drop))
        try:
            parsed = PARSERS[feed](path)
        except DeliveryError:
            refused.add(name)
            continue
        frames[name], faults[name] = parsed.rows, parsed.faults
    verdict = check_deliveries(load_contract(CONTRACTS / f"{feed}.odcs.yaml"), frames, faults=faults)
    return verdict, refused | verdict.refused.keys()


@pytest.mark.parametrize("feed", INVENTED)
def test_exactly_the_spoilt_rows_and_files_are_found(feed: str, drop: Path, answers: AnswerKey) -> None:
    planted = [entry for entry in answers.dirt if entry["feed"] == feed]
    again = {entry["file"] for entry in planted if entry["kind"] == AT_THE_DOOR}
    files = [path for path in sorted(drop.glob(f"*/{feed}/*")) if str(path.relative_to(drop)) not in again]
    verdict, refused = taken_in(feed, drop, files)
    quarantined = verdict.outcome[verdict.outcome["outcome"] == "quarantined"]
    assert refused == {entry["file"] for entry in planted if entry["level"] == "delivery"} - again
    assert set(zip(quarantined["delivery_id"], quarantined["row_number"], strict=True)) == {
        (entry["file"], entry["row"]) for entry in planted if entry["level"] == "row"
    }
    shown = verdict.findings[verdict.findings["severity"] == "warning"].merge(
        verdict.outcome[verdict.outcome["outcome"] == "accepted"], on=["delivery_id", "row_number"]
    )
    assert set(zip(shown["delivery_id"], shown["row_number"], shown["rule"], strict=True)) == {
        (entry["file"], entry["row"], entry["rule"]) for entry in planted if entry["level"] == "warning"
    }
    kept = verdict.tally[~verdict.tally.index.isin(refused)]
    assert kept["received"].sum() == answers.rows[feed]


def test_the_world_spoilt_enough_to_learn_from(answers: AnswerKey) -> None:
    kinds = {(entry["feed"], entry["kind"]) for entry in answers.dirt}
    assert len(kinds) >= 25
    assert {entry["level"] for entry in answers.dirt} == {"row", "warning", "delivery"}


def test_outcomes_of_a_queue_are_accepted_whole(world: World, drop: Path) -> None:
    due = world.truth.tail(60).reset_index(drop=True)
    chosen = due[["unit", "voyage_id", "container_number"]].assign(
        day=world.spec.live_from,
        decided_by=["model", "random", "rule"] * 20,
        selection_probability=[1.0, 0.0125, None] * 20,
    )
    stranger = chosen.head(1).assign(container_number="QZAU1234563")
    files = outcomes_for(world, pd.concat([chosen, stranger], ignore_index=True), drop.parent / "later")
    verdict, refused = taken_in("inspections", drop.parent / "later", files)
    assert refused == set()
    assert len(verdict.accepted) >= len(chosen) + 1
    assert set(verdict.outcome["outcome"]) == {"accepted"}
