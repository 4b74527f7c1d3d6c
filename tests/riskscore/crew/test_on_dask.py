"""A cluster: order, errors, workers that are lost, and nothing of a piece in any log."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster, get_worker

from riskscore import digests
from riskscore.crew import cluster, crew_of, on_dask
from riskscore.crew.on_dask import OnDask
from riskscore.errors import CrewError, FeatureError, SettingsError
from riskscore.settings import Settings

NAME = "ACME FRUIT COMPANY"


def slow(number: int) -> int:
    """A later piece is done sooner."""
    time.sleep(0.2 / (1 + number))
    return number


def failing(name: str) -> None:
    raise FeatureError(f"of {name}")


def failing_by_defect(name: str) -> None:
    raise KeyError(name)


def own_name(_: str) -> str:
    return str(get_worker().get_current_task())


def deadly_once(trace: str) -> int:
    """End the worker that does it first, as a machine ends that loses its power."""
    try:
        Path(trace).touch(exist_ok=False)
    except FileExistsError:
        return os.getpid()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def pretend_other_code() -> None:
    cluster.digest_of_engine = lambda: "0" * 16


def tell_own_code() -> None:
    cluster.digest_of_engine = digests.digest_of_engine


def deadly(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_come_in_the_order_of_the_pieces(two_workers: OnDask) -> None:
    assert list(two_workers.map(slow, range(10))) == list(range(10))


def test_pieces_are_done_by_other_processes(two_workers: OnDask) -> None:
    workers = set(two_workers.client.run(os.getpid).values())
    assert len(workers) == 2
    assert set(two_workers.map(lambda _: os.getpid(), range(20))) <= workers - {os.getpid()}


def test_few_pieces_exist_at_once(two_workers: OnDask) -> None:
    made = done = 0

    def pieces() -> Iterator[int]:
        nonlocal made
        for number in range(30):
            made += 1
            assert made - done <= 4
            yield number

    for _ in two_workers.map(abs, pieces()):
        done += 1
    assert done == 30


def test_an_error_comes_back_as_it_was_raised(two_workers: OnDask) -> None:
    with pytest.raises(FeatureError, match=f"of {NAME}"):
        list(two_workers.map(failing, [NAME]))
    with pytest.raises(KeyError) as defect:
        list(two_workers.map(failing_by_defect, [NAME]))
    assert defect.traceback[-1].name == "failing_by_defect"


def test_logs_and_events_hold_nothing_of_a_piece(two_workers: OnDask) -> None:
    """Whatever goes wrong with it."""
    for function in (failing, failing_by_defect):
        with pytest.raises((FeatureError, KeyError)):
            list(two_workers.map(function, [NAME]))
    client = two_workers.client
    kept = str([client.get_worker_logs(), client.get_scheduler_logs(), client.get_events()])
    assert "distributed.worker" in kept
    assert NAME not in kept


def test_a_task_is_called_after_its_function_and_nothing_else(two_workers: OnDask) -> None:
    for function in (own_name, partial(own_name)):
        (name,) = two_workers.map(function, [NAME])
        assert re.fullmatch(r"own_name-[0-9a-f]{32}", name)


@pytest.mark.slow
def test_a_piece_whose_worker_is_killed_is_done_by_another(two_workers: OnDask, tmp_path: Path) -> None:
    before = set(two_workers.client.run(os.getpid).values())
    done = list(two_workers.map(deadly_once, [str(tmp_path / "trace")] * 6))
    assert len(done) == 6
    assert all(done)
    two_workers.client.wait_for_workers(2, timeout=120)
    assert len(before & set(two_workers.client.run(os.getpid).values())) == 1


@pytest.mark.slow
def test_a_piece_that_kills_every_worker_is_given_up_with_a_plain_error() -> None:
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        crew = OnDask.at("local:1")
    try:
        with pytest.raises(CrewError, match=r"local:1: one piece of work was lost with several workers.*memory"):
            list(crew.map(deadly, [1]))
    finally:
        crew.client.shutdown()


def test_an_address_that_nobody_answers_is_said_when_our_patience_ends_not_dasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "ANSWER_S", 1)
    with dask.config.set({"distributed.comm.timeouts.connect": "90s"}), ThreadPoolExecutor() as aside:
        said = aside.submit(crew_of, Settings(dask="tcp://127.0.0.1:1")).exception(timeout=60)
    assert isinstance(said, CrewError)
    assert re.search(r"tcp://127\.0\.0\.1:1: nobody answers .* `dask scheduler` .* leave it out", str(said))


@pytest.mark.slow
def test_a_cluster_without_workers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WORKERS_S", 1)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0", protocol="tcp://") as empty,
        pytest.raises(CrewError, match=r"has no worker. Start some with `dask worker tcp://127"),
    ):
        crew_of(Settings(dask=empty.scheduler_address))


@pytest.mark.slow
def test_a_cluster_that_loses_its_last_worker_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_dask, "PATIENCE_S", 0.5)
    with LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0", protocol="tcp://") as shrinking:
        crew = OnDask.at(shrinking.scheduler_address)
        assert list(crew.map(abs, [-1])) == [1]
        shrinking.scale(0)
        with pytest.raises(CrewError, match=r"has no worker left\. Start some"):
            list(crew.map(abs, [-1]))


def test_a_worker_with_other_versions_is_refused(two_workers: OnDask, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = cluster.versions()
    monkeypatch.setattr(two_workers.client, "run", lambda _: {"tcp://10.0.0.7:1": {**ours, "numpy": "1.0"}})
    with pytest.raises(CrewError, match=rf"worker tcp://10.0.0.7:1 has numpy 1.0, here {ours['numpy']}\. Install"):
        cluster._require_workers(two_workers.client, "tcp://10.0.0.1:8786")


def test_a_worker_with_other_code_of_the_same_version_is_refused(two_workers: OnDask) -> None:
    """As after a change that did not reach it."""
    ours, first = cluster.versions()[cluster.CODE], next(iter(two_workers.client.nthreads()))
    two_workers.client.run(pretend_other_code, workers=[first])
    try:
        with pytest.raises(CrewError, match=rf"{first} has code of riskscore 0{{16}}, here {ours}\. The code differs"):
            cluster._require_workers(two_workers.client, "tcp://10.0.0.1:8786")
    finally:
        two_workers.client.run(tell_own_code)
    cluster._require_workers(two_workers.client, "tcp://10.0.0.1:8786")


def test_a_worker_that_cannot_say_which_code_it_has_is_refused(
    two_workers: OnDask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one from before anybody asked; what to do about versions is said, too."""
    ours = {name: found for name, found in cluster.versions().items() if name != cluster.CODE}
    monkeypatch.setattr(two_workers.client, "run", lambda _: {"tcp://10.0.0.7:1": {**ours, "numpy": "1.0"}})
    with pytest.raises(CrewError, match=r"numpy 1\.0, here .*; code of riskscore unknown, .*lock names\. The code"):
        cluster._require_workers(two_workers.client, "tcp://10.0.0.1:8786")


@pytest.mark.parametrize("wrong", ["10.0.0.7:8786", "tcp://10.0.0.7", "local:0", "local:", "http://x:1", "tcp://a b:1"])
def test_an_address_of_another_form_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"RISKSCORE_DASK: .*tcp://HOST:PORT, tls://HOST:PORT or local:N"):
        Settings.load({"RISKSCORE_DASK": wrong})


def test_an_encrypted_address_wants_three_files_that_are_there(tmp_path: Path) -> None:
    there = tmp_path / "file.pem"
    there.touch()
    given = {"dask": "tls://10.0.0.7:8786", "dask_ca_file": there, "dask_cert_file": there}
    with pytest.raises(SettingsError, match=r"RISKSCORE_DASK_KEY_FILE: tls://10\.0\.0\.7:8786 wants a PEM file there"):
        crew_of(Settings(**given))
    with pytest.raises(SettingsError, match=r"found .*absent\.pem"):
        crew_of(Settings(**given, dask_key_file=tmp_path / "absent.pem"))
    assert Settings(**given, dask_key_file=there).dask_certificates == (str(there),) * 3


@pytest.mark.slow
def test_the_workers_of_a_cluster_made_here_end_with_the_process_that_made_it() -> None:
    made = "import os, signal; from riskscore.crew.on_dask import OnDask\n"
    made += "if __name__ == '__main__':\n"
    made += "    print(*OnDask.at('local:1').client.run(os.getpid).values(), flush=True)\n"
    made += "    os.kill(os.getpid(), signal.SIGKILL)\n"
    ended = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == -signal.SIGKILL
    gone = time.monotonic() + 60
    while Path(f"/proc/{int(ended.stdout)}").exists():
        assert time.monotonic() < gone
        time.sleep(0.1)
