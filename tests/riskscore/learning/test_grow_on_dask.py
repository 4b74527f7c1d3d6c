"""Trees grown by two worker processes: repeatable, cut where early stopping cuts, and about as good."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from lightgbm.basic import LightGBMError

from riskscore.cli.faults import DEFECT, told
from riskscore.crew import Crew, crew_of
from riskscore.crew.on_dask import Attempt, OnDask
from riskscore.errors import CrewError, GrowingError
from riskscore.learning import grow_on_dask, train
from riskscore.learning.grow import Lesson, grown
from riskscore.learning.grow_on_dask import (
    _AnsweredError,
    _free_port,
    _grow_part,
    _LostError,
    _require_results,
    _silence,
    without_addresses,
)
from riskscore.learning.training_set import TrainingSet
from riskscore.settings import Settings
from tests.riskscore.learning.conftest import MakeRows, MakeSpec

GROWN_ELSEWHERE = {"tree_learner", "num_machines", "time_out"}
"""What LightGBM's text says differently of a model that a cluster grew."""


@pytest.fixture(scope="module")
def two_workers() -> Iterator[OnDask]:
    crew = crew_of(Settings(dask="local:2"))
    assert isinstance(crew, OnDask)
    yield crew
    crew.client.shutdown()


@pytest.mark.slow
def test_as_many_workers_grow_the_same_bytes_in_whatever_order_rows_come(
    two_workers: Crew, make_spec: MakeSpec, make_rows: MakeRows
) -> None:
    rows = make_rows(rows=4000, weighted=True)
    shuffled = np.random.default_rng(1).permutation(len(rows.labels))
    again = TrainingSet(
        rows.features.iloc[shuffled],
        rows.labels.iloc[shuffled],
        rows.days.iloc[shuffled],
        rows.known_until,
        rows.weights.iloc[shuffled],
    )
    one, other = (train(make_spec(), these, crew=two_workers) for these in (rows, again))
    assert one.model_text == other.model_text
    assert one.artefact_id == other.artefact_id


@pytest.mark.slow
def test_the_model_ranks_as_well_and_its_text_says_what_was_asked(
    make_spec: MakeSpec, make_rows: MakeRows, capfd: pytest.CaptureFixture[str]
) -> None:
    """On new workers, whose output is this test's."""
    two_workers = OnDask.at("local:2")
    spec, rows, done = make_spec(monotone={"strong": 1}), make_rows(rows=4000), []
    here = train(spec, rows)
    there = train(spec, rows, crew=two_workers, progress=lambda *of: done.append(of))
    two_workers.client.shutdown()
    assert there.record.metrics[-1].auc == pytest.approx(here.record.metrics[-1].auc, abs=0.02)
    assert done == [(0, spec.rounds), (spec.rounds, spec.rounds)]
    wanted, found = (dict(settings_in(artefact.model_text)) for artefact in (here, there))
    assert {name for name in wanted if wanted[name] != found[name]} <= GROWN_ELSEWHERE
    assert found["num_machines"] == "2"
    assert "127.0.0.1" not in there.model_text
    assert capfd.readouterr().out == ""


def dying_in_training(trace: str, lesson: Lesson) -> str:
    """Grow a part; the worker that comes first to its fiftieth round is killed there."""
    with _silence():
        return grown(lesson, progress=lambda done, _: dying_first(trace) if done == 50 else None)


def dying_before(trace: str, nothing: None) -> int:
    """Find a port; the worker that is asked first is killed instead."""
    dying_first(trace)
    return _free_port(nothing)


def dying_first(trace: str) -> None:
    with suppress(FileExistsError):
        Path(trace).touch(exist_ok=False)
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "at", "dying"),
    [(2, "_grow_part", dying_in_training), (1, "_grow_part", dying_in_training), (2, "_free_port", dying_before)],
)
def test_trees_are_the_same_though_a_worker_is_killed_meanwhile(
    workers: int,
    at: str,
    dying: Callable[..., object],
    make_spec: MakeSpec,
    make_rows: MakeRows,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Its piece is nobody else's, and so would be waited for without an end."""
    crew = OnDask.at(f"local:{workers}")
    spec, rows = make_spec(rounds=100, early_stopping_rounds=None, calibration="none"), make_rows(rows=20_000)
    undisturbed = train(spec, rows, crew=crew)
    before = set(crew.client.run(os.getpid).values())
    monkeypatch.setattr(grow_on_dask, at, partial(dying, str(tmp_path / "trace")))
    with ThreadPoolExecutor() as aside:
        again = aside.submit(train, spec, rows, crew=crew)
        try:
            assert again.result(timeout=300).model_text == undisturbed.model_text
            assert len(before & set(crew.client.run(os.getpid).values())) == workers - 1
        finally:
            crew.client.shutdown()  # whoever waits without an end hears of it, too


def failing(calls: str, error: Exception, _: Lesson) -> str:
    """Fail as training itself may, on every worker."""
    Path(calls, uuid4().hex).touch()
    raise error


def failing_once(calls: str, error: Exception, lesson: Lesson) -> str:
    """Fail on every worker the first time."""
    try:
        Path(calls, str(os.getpid())).touch(exist_ok=False)
    except FileExistsError:
        return _grow_part(lesson)
    raise error


def failing_first(error: Exception, lesson: Lesson) -> str:
    """Fail on the worker that the others wait for."""
    if lesson.settings["machines"].partition(",")[0].endswith(f":{lesson.settings['local_listen_port']}"):
        raise error
    return _grow_part(lesson)


def refused_by_lightgbm(lesson: Lesson) -> str:
    return _grow_part(replace(lesson, settings={**lesson.settings, "num_leaves": 1}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (LightGBMError("Bin 3 is wrong\nand more"), r"LightGBMError: Bin 3 is wrong\)"),
        (MemoryError("Unable to allocate 9 GiB"), r"MemoryError: Unable to allocate 9 GiB\)"),
        (MemoryError(), r"MemoryError\)"),
        (OSError("libgomp.so.1: not there"), r"OSError: libgomp\.so\.1: not there\)"),
    ],
)
def test_an_error_of_training_is_told_at_once_with_what_it_says(
    two_workers: Crew,
    make_spec: MakeSpec,
    make_rows: MakeRows,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: Exception,
    words: str,
) -> None:
    """A worker that answers is not lost: nothing is begun anew."""
    monkeypatch.setattr(grow_on_dask, "_grow_part", partial(failing, str(tmp_path), error))
    with pytest.raises(
        GrowingError, match=rf"^Model planted_risk: worker tls://\S+ could not grow its trees \({words}"
    ):
        train(make_spec(), make_rows(rows=4000), crew=two_workers)
    assert len(list(tmp_path.iterdir())) <= 2


@pytest.mark.slow
def test_what_lightgbm_itself_refuses_is_told(
    two_workers: Crew, make_spec: MakeSpec, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grow_on_dask, "_grow_part", refused_by_lightgbm)
    with pytest.raises(GrowingError, match=r"LightGBMError: Check failed: \(num_leaves\) > \(1\)"):
        train(make_spec(), make_rows(rows=4000), crew=two_workers)


@pytest.mark.slow
def test_an_error_that_may_quote_a_row_comes_as_it_was_raised_and_is_told_without_its_message(
    two_workers: Crew, make_spec: MakeSpec, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on one machine."""
    monkeypatch.setattr(grow_on_dask, "_grow_part", partial(failing, str(tmp_path), ValueError("of 4711.5")))
    with pytest.raises(ValueError, match=r"^of 4711\.5$") as defect:
        train(make_spec(), make_rows(rows=4000), crew=two_workers)
    assert defect.traceback[-1].name == "failing"
    assert len(list(tmp_path.iterdir())) <= 2
    message, code = told(defect.value)
    assert (message.partition(" at ")[0], code) == ("ValueError", DEFECT)
    assert "4711" not in message


@pytest.mark.slow
def test_an_error_of_one_worker_is_told_while_another_waits_for_it(
    make_spec: MakeSpec, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew = OnDask.at("local:2")
    monkeypatch.setattr(grow_on_dask, "_grow_part", partial(failing_first, MemoryError("no room")))
    try:
        with pytest.raises(GrowingError, match="MemoryError: no room"):
            train(make_spec(), make_rows(rows=4000), crew=crew)
    finally:
        crew.client.shutdown()


BROKEN = LightGBMError("Socket recv error, Connection reset by peer (code: 104)")
"""What LightGBM says on one worker where another is gone."""


@pytest.mark.slow
@pytest.mark.parametrize("error", [BROKEN, LightGBMError("Binding port 4711 failed"), ConnectionRefusedError()])
def test_workers_that_cannot_reach_each_other_begin_anew(
    two_workers: Crew,
    make_spec: MakeSpec,
    make_rows: MakeRows,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: Exception,
) -> None:
    spec, rows = make_spec(), make_rows(rows=4000)
    undisturbed = train(spec, rows, crew=two_workers)
    monkeypatch.setattr(grow_on_dask, "_grow_part", partial(failing_once, str(tmp_path), error))
    assert train(spec, rows, crew=two_workers).model_text == undisturbed.model_text
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.slow
def test_workers_that_never_reach_each_other_are_told_with_what_they_say(
    two_workers: Crew, make_spec: MakeSpec, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(grow_on_dask, "_grow_part", partial(failing, str(tmp_path), BROKEN))
    with pytest.raises(CrewError, match=r"ended early 3 times \(LightGBMError: Socket recv error, Connection reset"):
        train(make_spec(), make_rows(rows=4000), crew=two_workers)


def test_an_error_of_its_own_counts_before_one_that_tells_of_another_worker() -> None:
    own = MemoryError("no room")
    with pytest.raises(_AnsweredError) as answered:
        _require_results({"a": Attempt(None, BROKEN), "b": Attempt(None, own), "c": Attempt("trees")})
    assert (answered.value.worker, answered.value.error) == ("b", own)
    with pytest.raises(_LostError, match="Socket recv error"):
        _require_results({"a": Attempt(None, BROKEN), "c": Attempt("trees")})
    _require_results({"c": Attempt("trees"), "d": Attempt(None)})


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["binary_logloss", "auc"])
def test_workers_stop_early_together(two_workers: Crew, make_spec: MakeSpec, make_rows: MakeRows, metric: str) -> None:
    """All of them watch the same rows; trees that fit too well are left out as on one machine."""
    lightgbm = {**make_spec().lightgbm.model_dump(), "metric": metric, "learning_rate": 0.5}
    spec, rows = make_spec(lightgbm=lightgbm, rounds=300, early_stopping_rounds=5), make_rows(rows=4000, weighted=True)
    trees = train(spec, rows, crew=two_workers).record.trees
    assert 1 < trees < 60
    assert trees == pytest.approx(train(spec, rows).record.trees, abs=20)


def test_no_address_stays_in_a_model() -> None:
    text = "[num_machines: 2]\n[local_listen_port: 4711]\n[machines: 10.0.0.7:4711,10.0.0.8:4712]\n"
    assert without_addresses(text) == "[num_machines: 2]\n[local_listen_port: 12400]\n[machines: ]\n"


def settings_in(model_text: str) -> Iterator[tuple[str, str]]:
    """Yield LightGBM's parameters as a model's text has them."""
    yield from re.findall(r"(?m)^\[(\w+): (.*)\]$", model_text)
