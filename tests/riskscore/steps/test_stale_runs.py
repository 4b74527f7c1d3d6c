"""A task twice at once, or paused while another does its work: real processes; the older one changes nothing."""

import hashlib
import shutil
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import select

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.runs import RunPartition, StepRun
from tests.crash.left import accounted
from tests.riskscore.steps.killing import (
    LONGEST_SECONDS,
    MORE_STEPS,
    STALE,
    KillPoint,
    is_kept_waiting,
    killed,
    started,
    stopped,
    woken,
)
from tests.riskscore.steps.small_world import DAY, STEPS, Content, SmallWorld, content, differences

LAKE = "riskscore.store.lake"
STOPS = {
    "land, in its transaction": ("land", "riskscore.steps.landing:_refuse_at_sight", 3),
    "take_in, before facts": ("take_in", f"{LAKE}:Lake.replace_deliveries", 2),
    "take_in, asked already": ("take_in", f"{LAKE}:write_deltalake", 1),
    "take_in, facts published": ("take_in", "riskscore.steps.intake:_record", 1),
    "features, before they are kept": ("build_features", f"{LAKE}:Lake.replace_days", 1),
    "features, asked already": ("build_features", f"{LAKE}:write_deltalake", 1),
    "features, before the state": ("build_features", "riskscore.steps.building:_keep", 1),
    "scores, asked already": ("score_day", f"{LAKE}:write_deltalake", 1),
    "scores of voyages": ("score_day", f"{LAKE}:Lake.replace_days", 3),
    "queues, in the second unit's transaction": ("fill_queues", "riskscore.steps.queueing:fill_queue", 2),
    "exports, before the folder": ("export_day", "riskscore.steps.exporting:publish", 2),
    "a model, before its pointer": ("train_model", "riskscore.steps.training:save", 1),
    "findings of the watch": ("monitor_day", f"{LAKE}:Lake.replace_days", 2),
}
"""Step, and the place at which its process sleeps."""
HOUSE = ("riskscore.steps.keeping:Keeper._removed", "riskscore.store.upkeep:Upkeep.forget")
"""Where one who keeps house sleeps: it has looked for files to remove; it is about to remove old versions."""


def everything(settings: Settings) -> Mapping[str, object]:
    """Return digests of all that steps publish: files of the lake and its log, states, models, exports, database."""
    shown = {name: what for name, what in content(settings).items() if name.startswith("database ")}
    folders = (Path(settings.lake_address), settings.states, settings.artefacts, settings.exports, settings.findings)
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return shown | {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def published(settings: Settings) -> Mapping[str, object]:
    """Return the same without data files that no commit names, which a refused commit may leave for housekeeping."""
    lake = Path(settings.lake_address)
    unnamed = {
        str(path)
        for path in lake.rglob("*.parquet")
        if "_delta_log" not in path.parts and path.name not in _named(lake / path.relative_to(lake).parts[0])
    }
    return {name: what for name, what in everything(settings).items() if name not in unnamed}


def _named(table: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8") for log in (table / "_delta_log").glob("*.json"))


def ledger_of(settings: Settings, step: str) -> list[tuple[int, str, str]]:
    """Return the runs of a step: number, state, class of error."""
    with steps.open_workspace(settings).transaction() as session:
        runs = session.scalars(select(StepRun).where(StepRun.step == step).order_by(StepRun.number))
        return [(run.number, run.state, run.error) for run in runs]


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS)
def test_one_paused_while_another_did_its_work_changes_nothing(
    stop: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    step, place, time = STOPS[stop]
    settings = small_world.before(step if step in STEPS else "land", tmp_path)
    before = {run for run, _, _ in ledger_of(settings, step)}
    with stopped(settings, step, place, time) as asleep:
        MORE_STEPS[step](settings)
        left = published(settings)
        assert woken(asleep) == STALE
    assert differences_of(left, published(settings)) == []
    names = {"score_day": ("score_containers", "score_voyages")}.get(step, (step,))
    new = [run for name in names for run in ledger_of(settings, name) if run[0] not in before]
    assert ("stale", "StaleRunError") in {(state, error) for _, state, error in new}
    assert {state for _, state, _ in new} == {"stale", "done"}
    if step in STEPS:
        assert differences(content(settings), after(small_world, step)) == []


@cache
def after(world: SmallWorld, step: str) -> Content:
    """Return what the undisturbed day had left after a step."""
    return content(world.settings(step))


def differences_of(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


@pytest.mark.slow
@pytest.mark.parametrize("step", sorted(MORE_STEPS.keys() - STEPS.keys()))
def test_twice_at_once_beside_the_day_leaves_what_once_leaves(
    step: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    alone, settings = (small_world.copy("learned", tmp_path / name) for name in ("alone", "both"))
    MORE_STEPS[step](alone)
    both = [started(settings, step) for _ in range(2)]
    for process in both:
        process.join(LONGEST_SECONDS)
    assert sorted(process.exitcode or 0 for process in both) in ([0, 0], [0, STALE])
    assert differences(content(settings), content(alone)) == []
    models = [{path.name for path in one.artefacts.glob("*/*")} for one in (settings, alone)]
    assert models[0] == models[1]


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_the_same_task_twice_at_once_leaves_what_one_leaves(step: str, small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.before(step, tmp_path)
    both = [started(settings, step) for _ in range(2)]
    for process in both:
        process.join(LONGEST_SECONDS)
    codes = sorted(process.exitcode if process.exitcode is not None else -1 for process in both)
    assert codes in ([0, 0], [0, STALE])
    assert differences(content(settings), after(small_world, step)) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", HOUSE)
def test_one_who_slept_while_keeping_house_takes_nothing_of_the_day(
    place: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    """Who keeps house has a lock and no lease: another waits for it, the day does not."""
    settings = small_world.before("build_features", tmp_path)
    with stopped(settings, "keep_house", place) as asleep:
        for step in list(STEPS)[list(STEPS).index("build_features") :]:
            STEPS[step](settings)
        another = started(settings, "keep_house")
        assert is_kept_waiting(another), "two keep house at once"
        assert woken(asleep) == 0
        another.join(LONGEST_SECONDS)
        assert another.exitcode == 0
    assert differences(content(settings), small_world.left()) == []


@pytest.mark.slow
@pytest.mark.parametrize("key", [1, 2])
def test_on_the_first_day_two_partners_exports_make_one_set_of_keys(
    key: int, small_world: SmallWorld, tmp_path: Path
) -> None:
    settings = small_world.copy("fill_queues", tmp_path)
    shutil.rmtree(settings.keys)
    first, other = (partial(exported, partner) for partner in steps.partners(settings)[:2])
    with stopped(settings, first, "riskscore.exchange.keys:_create", key) as asleep:
        another = started(settings, other)
        assert is_kept_waiting(another), "two make a key at once"
        assert woken(asleep) == 0
        another.join(LONGEST_SECONDS)
        assert another.exitcode == 0
    bundles = [path for path in settings.exports.glob("*/*") if path.is_dir()]
    assert len(bundles) == 2
    for bundle in bundles:
        public = settings.keys / "export.pub.pem"
        assert steps.verify(bundle, public, recipient=bundle.parent.name, state=None, today=DAY).files


def exported(partner: str, settings: Settings) -> None:
    """Export the live day for one partner."""
    steps.export_day(settings, partner, DAY, today=DAY)


def test_the_newer_run_says_that_the_one_before_never_ended(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.before("fill_queues", tmp_path)
    with stopped(settings, "fill_queues", "riskscore.steps.queueing:fill_queue") as asleep:
        asleep.kill()
        asleep.join()
    killed = ledger_of(settings, "fill_queues")[-1][0]
    line = steps.runs(settings, step="fill_queues")[0]
    assert (line.number, line.state, line.seconds) == (killed, "running", None)
    assert line.then.startswith("last seen ")
    assert line.then.endswith(f"if its process is gone: riskscore score --day {line.day}")
    STEPS["fill_queues"](settings)
    after, before = steps.runs(settings, step="fill_queues")[:2]
    assert (after.state, after.attempt, after.then) == ("done", line.attempt + 1, f"run {killed} before it never ended")
    assert before.then == f"never ended; run {after.number} took its place: done"
    with steps.open_workspace(settings).transaction() as session:
        assert session.get_one(RunPartition, (after.number, line.partition)).took_over == killed


def test_one_killed_once_its_deliveries_are_on_record_has_ended(small_world: SmallWorld, tmp_path: Path) -> None:
    """No later run takes them in again, and so none could say that this one never ended."""
    settings = small_world.before("take_in", tmp_path)
    assert killed(settings, "take_in", KillPoint("riskscore.steps.intake:_say")) == -SIGKILL
    assert ledger_of(settings, "take_in")[-1][1:] == ("done", "")
    STEPS["take_in"](settings)
    assert {state for _, state, _ in ledger_of(settings, "take_in")} == {"done"}
    assert accounted(settings)[1] == 0
