"""Fix and replay: a repaired row counts as if it had been right from the start, but never changes a closed day."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from riskscore import steps
from riskscore.errors import DeliveryError, UnknownFixError
from riskscore.settings import Settings
from riskscore.steps import repair
from riskscore.steps.repair import fix_and_replay
from riskscore.store.database import QueueItem, engine_of
from tests.riskscore.steps.arrivals import Correction, correction, ledger, put, set_aside
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, STEPS, SmallWorld, lake_rows


@pytest.fixture(scope="module")
def right(small_world: SmallWorld) -> Correction:
    return correction(small_world)


@pytest.fixture(scope="module")
def right_from_the_start(
    small_world: SmallWorld, right: Correction, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The live day lived with a correction that came right."""
    settings = with_correction(small_world, right.content, tmp_path_factory.mktemp("right"))
    for step in ("build_features", "score_day", "fill_queues"):
        STEPS[step](settings)
    return settings


@pytest.fixture(scope="module")
def spoilt(small_world: SmallWorld, right: Correction, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The live day's deliveries taken in with a correction of which one row came wrong."""
    settings = with_correction(small_world, right.spoilt(), tmp_path_factory.mktemp("spoilt"))
    engine_of(settings.database).dispose()
    return settings


@pytest.fixture
def settings(spoilt: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(spoilt.home, tmp_path / "home")
    return spoilt.model_copy(update={"home": tmp_path / "home"})


@pytest.fixture(scope="module")
def row(spoilt: Settings, right: Correction) -> int:
    """Id of the wrong row in quarantine."""
    found = set_aside(spoilt)[-1]
    assert (found.delivery_id, found.row_number) == (ledger(spoilt)[-1].delivery_id, right.row_number)
    assert {breach["column"] for breach in found.breaches} == {"hs6"}
    return found.id


def with_correction(world: SmallWorld, content: bytes, place: Path) -> Settings:
    settings = world.copy("take_in", place)
    put(settings, content, "correction.csv")
    STEPS["land"](settings)
    STEPS["take_in"](settings)
    return settings


def of_day(settings: Settings, table: str) -> pd.DataFrame:
    rows = lake_rows(settings, table)
    return rows[rows["score_day"] == DAY].reset_index(drop=True)


def queues(settings: Settings) -> list[tuple[object, ...]]:
    with steps.open_workspace(settings).transaction() as session:
        return [tuple(one) for one in session.execute(select(QueueItem.__table__).order_by("unit", "position"))]


def test_repaired_before_the_day_is_closed_it_was_right_from_the_start(
    settings: Settings, row: int, right: Correction, right_from_the_start: Settings
) -> None:
    """Only the delivery's id differs: it is made of the file's bytes."""
    done = fix_and_replay(settings, row, {"hs6": right.hs6})
    assert (done.row_number, done.known_day) == (right.row_number, DAY)
    for step in ("build_features", "score_day", "fill_queues"):
        STEPS[step](settings)
    both = (settings, right_from_the_start)
    facts, expected = (lake_rows(one, "consignment").drop(columns="delivery_id") for one in both)
    pd.testing.assert_frame_equal(facts, expected, check_exact=True)
    for table in ("container_features", "container_score", "voyage_features", "voyage_score"):
        pd.testing.assert_frame_equal(of_day(settings, table), of_day(right_from_the_start, table), check_exact=True)
    assert queues(settings) == queues(right_from_the_start)
    told, wanted = (steps.delivery_rows(one).drop(columns="delivery_id") for one in both)
    pd.testing.assert_frame_equal(told, wanted)


def test_repaired_after_closing_it_is_known_the_next_open_day_and_the_past_stays(
    settings: Settings, row: int, right: Correction, right_from_the_start: Settings
) -> None:
    STEPS["build_features"](settings)
    before = of_day(settings, "container_features")
    assert not before.equals(of_day(right_from_the_start, "container_features")), "the row is missed"
    assert fix_and_replay(settings, row, {"hs6": right.hs6}).known_day == NEXT_DAY
    STEPS["build_features"](settings)
    pd.testing.assert_frame_equal(of_day(settings, "container_features"), before, check_exact=True)
    facts = lake_rows(settings, "consignment").set_index(["delivery_number", "row_number"])
    assert facts.loc[(ledger(settings)[-1].number, right.row_number), "known_day"] == NEXT_DAY


def test_a_row_still_wrong_is_refused_with_every_rule_and_no_name_and_stays_set_aside(
    settings: Settings, row: int
) -> None:
    fix = {"hs6": "Quilmond Trading", "consignee_name": "Quilmond " * 50, "gross_weight_kg": "-1"}
    with pytest.raises(DeliveryError, match=rf"row {row} is still wrong: .*column hs6.*\(code_list\)") as refusal:
        fix_and_replay(settings, row, fix)
    for part in ("column consignee_name holds '(personal)'", "column gross_weight_kg", "Set these columns too"):
        assert part in str(refusal.value)
    assert "Quilmond" not in str(refusal.value)
    assert [one.state for one in set_aside(settings) if one.id == row] == ["open"]


def test_a_repair_killed_between_lake_and_database_may_be_repeated_and_a_finished_one_not(
    settings: Settings, row: int, right: Correction, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as at_the_end:
        at_the_end.setattr(repair, "Repaired", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fix_and_replay(settings, row, {"hs6": right.hs6})
    published = lake_rows(settings, "consignment")
    assert [one.state for one in set_aside(settings) if one.id == row] == ["open"]
    fix_and_replay(settings, row, {"hs6": right.hs6})
    assert lake_rows(settings, "consignment").equals(published)
    with pytest.raises(DeliveryError, match=rf"row {row} was put right before.*`riskscore quarantine list`"):
        fix_and_replay(settings, row, {"hs6": right.hs6})
    assert steps.reconciled(settings)["quarantined_rows"].iloc[-1] == len(set_aside(settings)) - 1


def test_a_column_the_contract_does_not_have_is_refused(spoilt: Settings, row: int) -> None:
    with pytest.raises(UnknownFixError, match=r"no column hs_code to repair\. Columns are .*hs6"):
        fix_and_replay(spoilt, row, {"hs_code": "080390"})


@pytest.mark.parametrize("absent", [0, -1, 10**9])
def test_a_row_that_is_not_there_is_refused(spoilt: Settings, absent: int) -> None:
    with pytest.raises(DeliveryError, match=rf"row {absent} is not there.*`riskscore quarantine list`"):
        fix_and_replay(spoilt, absent, {"hs6": "080390"})
