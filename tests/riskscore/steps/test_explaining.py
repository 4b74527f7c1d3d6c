"""A past score is rebuilt to the bit after later deliveries, a correction and a late repair, or says what differs."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from deltalake import DeltaTable
from sqlalchemy import select, update

from riskscore import steps
from riskscore.errors import NotReadyError, ScoreNotFoundError
from riskscore.settings import Settings
from riskscore.steps.code import code_version
from riskscore.steps.rebuilding import AS_KNOWN, AT_VERSIONS
from riskscore.store.database import engine_of
from riskscore.store.runs import CodeVersion, StepRun
from tests.riskscore.steps.arrivals import Correction, correction, put, set_aside
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, STEPS, SmallWorld

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def right(small_world: SmallWorld) -> Correction:
    return correction(small_world)


@pytest.fixture(scope="module")
def later(small_world: SmallWorld, right: Correction, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A day whose correction came with a spoilt row; the row was put right, and the next day lived, after it."""
    settings = small_world.copy("take_in", tmp_path_factory.mktemp("later"))
    put(settings, right.spoilt(), "correction.csv")
    for step in ("land", "take_in", "build_features", "score_day", "fill_queues"):
        STEPS[step](settings)
    steps.fix_and_replay(settings, set_aside(settings)[-1].id, {"hs6": right.hs6})
    settings = settings.model_copy(update={"today": NEXT_DAY})
    steps.run_day(settings, NEXT_DAY)
    engine_of(settings.database).dispose()
    return settings


@pytest.fixture
def home(later: Settings, tmp_path: Path) -> Settings:
    """The same in a home of its own, to be changed."""
    shutil.copytree(later.home, tmp_path / "home")
    return later.model_copy(update={"home": tmp_path / "home"})


def scores(settings: Settings) -> pd.DataFrame:
    kept = steps.open_workspace(settings).lake.read("container_score", since=DAY, until=DAY)
    return kept.sort_values(["probability", "container_number"], ascending=False, ignore_index=True)


def in_repaired_row(settings: Settings) -> str:
    """Return the container whose row was put right after the day."""
    (row,) = [one for one in set_aside(settings) if one.state == "fixed"]
    facts = steps.open_workspace(settings).lake.read("consignment", since=NEXT_DAY, until=NEXT_DAY)
    mine = facts["delivery_id"].eq(row.delivery_id) & facts["row_number"].eq(row.row_number)
    (container,) = facts.loc[mine, "container_number"]
    return str(container)


@pytest.mark.parametrize("place", [0, -1])
def test_every_score_of_the_day_is_rebuilt_to_the_bit(later: Settings, place: int) -> None:
    kept = scores(later).iloc[place]
    found = steps.why(later, kept["container_number"].lower(), DAY)
    assert (found.is_equal, found.differences, found.basis) == (True, [], AT_VERSIONS)
    assert found.same_rows == found.all_rows == len(scores(later)) > 100
    assert (found.raw, found.probability, found.rank) == (kept["raw"], kept["probability"], kept["rank"])
    assert found.model.startswith(kept["model"])
    assert found.code.is_same
    assert len(found.reasons) >= 1
    assert found.parties == {}
    assert sum(one.push for one in found.features) == pytest.approx(found.raw - bias(later, found.model), abs=1e-9)
    assert {fact.table for fact in found.facts} >= {"consignment", "port_call"}
    assert max(fact.known_day for fact in found.facts) <= DAY


def bias(settings: Settings, model: str) -> float:
    """Return the raw score of a row of which nothing is said."""
    from riskscore.learning import load

    artefact = load(settings.artefacts / "container_risk" / model.partition("@")[2])
    return float(artefact.contributions(artefact.record.golden.values[:1])[0, -1])


def test_a_row_put_right_later_is_not_seen_on_the_day_before(later: Settings) -> None:
    found = steps.why(later, in_repaired_row(later), DAY)
    assert found.is_equal
    assert max(fact.known_day for fact in found.facts) <= DAY


def test_without_the_old_versions_the_same_bits_come_from_what_was_known(home: Settings) -> None:
    for table in ("consignment", "port_call", "seizure", "inspection"):
        stored = DeltaTable(Path(home.lake_address) / table)
        stored.optimize.compact()
        removed = stored.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        assert removed or table != "consignment"
    found = steps.why(home, scores(home)["container_number"][0], DAY)
    assert (found.is_equal, found.basis, found.versions) == (True, AS_KNOWN, {})
    assert found.same_rows == found.all_rows


def test_a_home_from_before_the_ledger_is_explained_by_what_the_score_says(home: Settings) -> None:
    with steps.open_workspace(home).transaction() as session:
        session.execute(update(StepRun).values(state="failed"))
    found = steps.why(home, scores(home)["container_number"][0], DAY)
    assert (found.is_equal, found.basis, found.code.then) == (True, AS_KNOWN, "not on record")


def test_the_model_is_that_of_the_ledger_whatever_is_promoted_since(home: Settings) -> None:
    for pointer in (home.artefacts / "container_risk").glob("*.current"):
        pointer.unlink()
    assert steps.why(home, scores(home)["container_number"][0], DAY).is_equal


def test_what_differs_is_named_with_the_code_that_changed(home: Settings) -> None:
    kept, lake = scores(home), steps.open_workspace(home).lake
    first = kept["container_number"].eq(kept["container_number"][0])
    lake.replace_days("container_score", kept.assign(raw=kept["raw"].mask(first, 0.25)), [DAY])
    now = code_version(home.project_dir)
    files: Mapping[str, str] = {**now.files, "features/cargo.py": "0" * 16}
    with steps.open_workspace(home).transaction() as session:
        session.add(CodeVersion(code="older", package="0.0.9", files=dict(files), libraries=now.libraries))
        session.flush()
        session.execute(update(StepRun).values(code="older"))
    found = steps.why(home, kept["container_number"][0], DAY)
    assert (found.is_equal, found.same_rows) == (False, found.all_rows - 1)
    assert [one.partition(":")[0] for one in found.differences] == ["raw"]
    assert found.differences[0].startswith("raw: kept 0.25, rebuilt ")
    assert (found.code.then, found.code.is_same, found.code.changed) == ("older", False, ["features/cargo.py"])


def test_names_of_parties_only_where_asked_for(later: Settings, small_world: SmallWorld) -> None:
    found = steps.why(later, scores(later)["container_number"][0], DAY, names=True)
    assert set(found.parties) == {"shipper", "consignee"}
    assert not any(name in repr(replace(found, parties={})) for name in small_world.party_names)


def test_a_container_without_a_score_says_where_it_has_one(later: Settings) -> None:
    with pytest.raises(ScoreNotFoundError, match=r"QQQU1234560 on .*no score of that day\. Nor has it any within 30"):
        steps.why(later, "QQQU1234560", DAY)
    (earlier, *_) = (
        steps.open_workspace(later).lake.read("container_score", until=DAY - (NEXT_DAY - DAY)).to_dict("records")
    )
    if earlier["container_number"] not in set(scores(later)["container_number"]):
        with pytest.raises(ScoreNotFoundError, match=f"It has some of .*{earlier['score_day']}"):
            steps.why(later, earlier["container_number"], DAY)
    container = scores(later)["container_number"][0]
    with pytest.raises(ScoreNotFoundError, match=f"{container} for XXXXX on voyage V on {DAY}"):
        steps.why(later, container, DAY, unit="xxxxx", voyage="V")


def test_a_day_without_scores_says_what_to_run(later: Settings) -> None:
    with pytest.raises(NotReadyError, match=r"container_score.*riskscore run --day 2031-01-01"):
        steps.why(later, "QQQU1234560", NEXT_DAY.replace(2031, 1, 1))


def test_a_container_on_two_voyages_wants_one_named(home: Settings) -> None:
    kept = scores(home)
    container, voyage = kept.loc[0, "container_number"], kept.loc[0, "voyage_id"]
    twice = pd.concat([kept, kept.iloc[:1].assign(voyage_id="OTHER1")], ignore_index=True)
    steps.open_workspace(home).lake.replace_days("container_score", twice, [DAY])
    with pytest.raises(ScoreNotFoundError, match=r"has 2 scores: .*OTHER1 for .*Add --voyage or --unit"):
        steps.why(home, container, DAY)
    assert steps.why(home, container, DAY, voyage=voyage).is_equal


def test_the_ledger_says_what_went_in_and_what_came_out(later: Settings) -> None:
    with steps.open_workspace(later).transaction() as session:
        (run,) = session.scalars(
            select(StepRun).where(StepRun.step == "score_containers").order_by(StepRun.number.desc()).limit(1)
        )
    lake = steps.open_workspace(later).lake
    assert run.inputs["tables"] == {
        "container_features": lake.version("container_features"),
        "seizure": lake.version("seizure"),
    }
    assert run.inputs["models"] == {str(NEXT_DAY): run.model}
    (made,) = run.outcome["tables"]["container_score"]
    assert made["version"] == lake.version("container_score")
    assert made["rows"] == run.outcome["rows"] == len(lake.read("container_score", since=NEXT_DAY, until=NEXT_DAY))
    assert len(made["digest"]) == 64
