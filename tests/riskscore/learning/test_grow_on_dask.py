"""Trees grown by two worker processes: repeatable, cut where early stopping cuts, and about as good."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from riskscore.crew import Crew, crew_of
from riskscore.crew.on_dask import OnDask
from riskscore.learning import grow_on_dask, train
from riskscore.learning.grow_on_dask import without_addresses
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
    wanted, found = (dict(told(artefact.model_text)) for artefact in (here, there))
    assert {name for name in wanted if wanted[name] != found[name]} <= GROWN_ELSEWHERE
    assert found["num_machines"] == "2"
    assert "127.0.0.1" not in there.model_text
    assert capfd.readouterr().out == ""


def dying_first(trace: str, name: str, seconds: float, *given: object) -> object:
    """Do what `grow_on_dask` calls so; the worker that does it first is killed after so many seconds."""
    with suppress(FileExistsError):
        Path(trace).touch(exist_ok=False)
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
        time.sleep(0 if seconds else 60)
    return getattr(grow_on_dask, name)(*given)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "at", "seconds"), [(2, "_grow_part", 0.3), (1, "_grow_part", 0.3), (2, "_free_port", 0.0)]
)
def test_trees_are_the_same_though_a_worker_is_killed_meanwhile(
    workers: int,
    at: str,
    seconds: float,
    make_spec: MakeSpec,
    make_rows: MakeRows,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Its piece is nobody else's, and so would be waited for without an end."""
    crew = OnDask.at(f"local:{workers}")
    spec, rows = make_spec(rounds=1500, early_stopping_rounds=None, calibration="none"), make_rows(rows=20_000)
    undisturbed = train(spec, rows, crew=crew)
    before = set(crew.client.run(os.getpid).values())
    monkeypatch.setattr(grow_on_dask, at, partial(dying_first, str(tmp_path / "trace"), at, seconds))
    with ThreadPoolExecutor() as aside:
        again = aside.submit(train, spec, rows, crew=crew)
        try:
            assert again.result(timeout=300).model_text == undisturbed.model_text
            assert len(before & set(crew.client.run(os.getpid).values())) == workers - 1
        finally:
            crew.client.shutdown()  # whoever waits without an end hears of it, too


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


def told(model_text: str) -> Iterator[tuple[str, str]]:
    """Yield LightGBM's parameters as a model's text has them."""
    yield from re.findall(r"(?m)^\[(\w+): (.*)\]$", model_text)
