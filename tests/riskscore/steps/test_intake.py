"""Intake: every row of every delivery is accepted, quarantined or refused, as the world's answer key says."""

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from riskscore import steps
from riskscore.contracts import CheckResult, check_deliveries
from riskscore.errors import ReconciliationError
from riskscore.settings import Settings
from riskscore.sources import PARSERS
from riskscore.steps import intake
from riskscore.steps.intake import Batch, Taken, take_in
from riskscore.steps.landing import archived, land, waiting
from riskscore.store.database import Delivery
from riskscore.world import read_answer_key
from tests.riskscore.steps.arrivals import close, correction, ledger, put, set_aside, some_manifest
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, SmallWorld, lake_rows

GOOD = 3


@pytest.fixture
def settings(tmp_path: Path, small_world: SmallWorld) -> Settings:
    """A new home in which one manifest of three good rows has landed."""
    settings = Settings(home=tmp_path / "home", project_dir=small_world.folder / "project")
    put(settings, some_manifest(small_world, range(GOOD)))
    land(settings, DAY)
    return settings


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, small_world: SmallWorld) -> CheckResult:
    """What the contract says of those three rows."""
    path = tmp_path_factory.mktemp("checked") / "m.csv"
    path.write_bytes(some_manifest(small_world, range(GOOD)))
    work = steps.open_workspace(small_world.finished())
    return check_deliveries(work.project.inbound["manifest"], {"it": PARSERS["manifest"](path).rows})


def tampered(checked: CheckResult, delivery_id: str, **counts: int) -> CheckResult:
    """The same verdict about this delivery, with other counts."""
    tally = checked.tally.rename(index={"it": delivery_id}).assign(**counts)
    return replace(checked, tally=tally, outcome=checked.outcome.assign(delivery_id=delivery_id))


def test_every_delivery_of_the_world_adds_up(small_world: SmallWorld) -> None:
    found = steps.delivery_rows(small_world.finished())
    parts = found[["accepted_rows", "quarantined_rows", "refused_rows"]].sum(axis=1)
    assert (found["received_rows"] == parts).all()
    assert not (found["state"] == "landed").any()
    total = steps.reconciled(small_world.finished()).iloc[-1]
    assert total["received_rows"] == total["accepted_rows"] + total["quarantined_rows"] + total["refused_rows"]
    assert min(total["accepted_rows"], total["quarantined_rows"], total["refused_rows"]) > 0


def test_what_was_set_aside_is_what_the_answer_key_says(small_world: SmallWorld) -> None:
    settings = small_world.finished()
    answers = read_answer_key(small_world.drop)
    path = {row.delivery_id: f"{row.folder_day}/{row.feed}/{row.file_name}" for row in ledger(settings)}
    told = [entry for entry in answers.dirt if entry["file"] in path.values()]
    refused = {path[row.delivery_id] for row in ledger(settings) if row.state == "refused"}
    assert refused == {entry["file"] for entry in told if entry["level"] == "delivery"}
    quarantined = {(path[row.delivery_id], row.row_number) for row in set_aside(settings)}
    assert quarantined == {(entry["file"], entry["row"]) for entry in told if entry["level"] == "row"}


def test_the_ledger_counts_what_lies_in_lake_and_quarantine(small_world: SmallWorld) -> None:
    settings = small_world.finished()
    tables = ("consignment", "port_call", "position", "inspection", "seizure")
    accepted = pd.concat([lake_rows(settings, table)["delivery_id"] for table in tables]).value_counts()
    quarantined = pd.Series([row.delivery_id for row in set_aside(settings)]).value_counts()
    for delivery in ledger(settings):
        assert delivery.accepted_rows == accepted.get(delivery.delivery_id, 0)
        assert delivery.quarantined_rows == quarantined.get(delivery.delivery_id, 0)


def test_every_refused_delivery_says_why(small_world: SmallWorld) -> None:
    refused = [row for row in ledger(small_world.finished()) if row.state == "refused"]
    assert len(refused) >= 3
    assert all(len(row.reason) > 20 for row in refused)
    assert all(row.reason == "" for row in ledger(small_world.finished()) if row.state == "published")


@pytest.mark.parametrize("counts", [{"accepted": 2}, {"quarantined": 1}, {"refused": 1}, {"accepted": 2, "refused": 1}])
def test_a_row_unaccounted_for_stops_the_delivery_before_anything_is_published(
    settings: Settings, checked: CheckResult, counts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (delivery_id,) = waiting(settings, DAY)
    monkeypatch.setattr(intake, "check_deliveries", lambda *_, **__: tampered(checked, delivery_id, **counts))
    with pytest.raises(
        ReconciliationError, match=rf"Delivery {delivery_id}: received 3 row.*Nothing of it was published"
    ):
        take_in(settings, [delivery_id])
    assert lake_rows(settings, "consignment").empty
    assert waiting(settings, DAY) == [delivery_id]


def test_a_row_the_parser_lost_stops_the_delivery_too(
    settings: Settings, checked: CheckResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    (delivery_id,) = waiting(settings, DAY)
    short = tampered(checked, delivery_id, received=2, accepted=2)
    short = replace(short, accepted=short.accepted.head(2), outcome=short.outcome.head(2))
    monkeypatch.setattr(intake, "check_deliveries", lambda *_, **__: short)
    with pytest.raises(ReconciliationError, match=r"received 3 row\(s\), but accepted 2"):
        take_in(settings, [delivery_id])


def test_an_error_crosses_from_another_process_whole() -> None:
    error = ReconciliationError(delivery_id="d", received=3, accepted=2, quarantined=0, refused=0)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.exit_code) == (type(error), str(error), error.exit_code)


@pytest.mark.parametrize(("sizes", "apart"), [([90, 9], False), ([9, 90, 9], True), ([10, 10], True), ([900], False)])
def test_processes_take_in_what_is_much_beside_the_largest_batch(
    sizes: list[int], apart: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = steps.open_workspace(settings.model_copy(update={"jobs": 2}))
    (delivery,) = ledger(settings)
    contract = work.project.inbound["manifest"]
    monkeypatch.setattr(intake, "BATCH_BYTES", 10)
    monkeypatch.setattr(intake, "_take_in", lambda *_: Taken(1))
    monkeypatch.setattr(intake, "_in_process", lambda *_: Taken(2))
    monkeypatch.setattr(intake, "processes", ThreadPoolExecutor)
    batches = [Batch(contract, [Delivery(delivery_id=delivery.delivery_id, byte_count=size)]) for size in sizes]
    assert list(intake._taken(work, batches)) == [Taken(2 if apart else 1)] * len(sizes)


def test_only_what_landed_is_taken_in_and_only_once(settings: Settings, small_world: SmallWorld) -> None:
    path = put(settings, some_manifest(small_world, range(GOOD)))
    path.write_bytes(some_manifest(small_world, range(GOOD, 2 * GOOD)))
    assert take_in(settings, waiting(settings, DAY)) == Taken(1, GOOD, GOOD, 0, 0)
    facts = lake_rows(settings, "consignment")
    sent = PARSERS["manifest"](archived(settings, ledger(settings)[0].delivery_id)).rows
    assert sorted(facts["bill_of_lading"]) == sorted(sent["bill_of_lading"])
    assert set(facts["known_day"]) == {DAY}
    assert take_in(settings, [ledger(settings)[0].delivery_id]) == Taken()
    assert lake_rows(settings, "consignment").equals(facts)


def test_a_delivery_whose_day_was_closed_since_it_landed_is_known_the_next_open_day(settings: Settings) -> None:
    close(settings, DAY)
    assert take_in(settings, [ledger(settings)[0].delivery_id]).accepted == GOOD
    assert set(lake_rows(settings, "consignment")["known_day"]) == {NEXT_DAY}
    assert ledger(settings)[0].known_day == NEXT_DAY


def broken_files(header: bytes) -> Iterator[tuple[str, bytes, str]]:
    yield "empty.csv", b"", "it is empty"
    yield "no_header.csv", b"x,y,z\n1,2,3\n", "the first line is not the header"
    yield "unknown.csv", header.rstrip() + b",SURPRISE\nrow,\nrow,\n", "unknown field(s) SURPRISE"
    yield "twice.csv", header.replace(b"HS6", b"POL") + b"\n", "stands more than once"
    yield "binary.csv", bytes(range(256)), "the first line is not the header"


def test_files_nobody_can_read_are_refused_with_a_reason_and_the_day_goes_on(
    tmp_path: Path, small_world: SmallWorld
) -> None:
    settings = Settings(home=tmp_path / "home", project_dir=small_world.folder / "project")
    files = list(broken_files(some_manifest(small_world).splitlines()[0]))
    for name, content, _ in files:
        put(settings, content, name)
    assert take_in(settings, land(settings, DAY)) == Taken(deliveries=len(files), received=3, refused=3)
    assert {row.file_name: row.refused_rows for row in ledger(settings)} == {
        **dict.fromkeys((name for name, _, _ in files), 0),
        "no_header.csv": 1,
        "unknown.csv": 2,
    }
    reasons = {row.file_name: row.reason for row in ledger(settings)}
    for name, _, why in files:
        assert why in reasons[name]
    assert {row.state for row in ledger(settings)} == {"refused"}


def test_what_arrives_for_a_closed_day_changes_no_feature_of_it(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("export_day", tmp_path)
    put(settings, correction(small_world).content, "late.csv")
    assert land(settings, DAY) == []
    (late,) = [row for row in ledger(settings) if row.file_name == "late.csv"]
    assert take_in(settings, [late.delivery_id]).accepted > GOOD
    facts = lake_rows(settings, "consignment")
    assert set(facts.loc[facts["delivery_id"] == late.delivery_id, "known_day"]) == {NEXT_DAY}
    steps.build_features(settings, [DAY], "container")
    assert lake_rows(settings, "container_features").equals(lake_rows(small_world.finished(), "container_features"))
