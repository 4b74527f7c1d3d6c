"""Grow the trees on a Dask cluster: every worker holds a part of the rows, and they find each split together.

Dask brings the parts to the workers, LightGBM's own network joins them, as in `lightgbm.dask`. That module is not used:
it numbers the workers in no certain order, on which the trees depend, and does not stop early.
"""

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TypeVar
from urllib.parse import urlsplit

import numpy as np
from distributed import Client, KilledWorker, wait

from riskscore.crew.on_dask import Attempt, attempt
from riskscore.errors import CrewError, GrowingError
from riskscore.learning.grow import Lesson, Progress, grown
from riskscore.learning.missing import send_missing_with_most_rows
from riskscore.learning.spec import ModelSpec
from riskscore.learning.split import Parts
from riskscore.learning.training_set import TrainingSet

Piece = TypeVar("Piece")
Result = TypeVar("Result")

ROWS_A_WORKER = 1_000
"""Fewer rows are not worth one worker more."""
MINUTES_TO_CONNECT = 2
ATTEMPTS = 3
WORKERS_S = 30
"""For how long as many workers as before may take to be there again."""
LOOK_S = 1
"""How often to look whether every worker is still there."""
OF_THE_CLUSTER = {"machines": "", "local_listen_port": "12400"}
"""What LightGBM writes into a model about where it was grown, and its defaults."""
NETWORK = re.compile(r"socket|binding port|invalid rank|network", re.IGNORECASE)
"""What LightGBM says where another worker is gone, or a port is no longer free."""


class _LostError(Exception):
    """A worker is lost, or cannot reach another one: what was begun can be begun anew."""


class _AnsweredError(Exception):
    """A worker is there and answers with an error of its own: to begin anew would end the same."""

    def __init__(self, worker: str, error: Exception) -> None:
        super().__init__(worker)
        self.worker, self.error = worker, error


def grow_on(client: Client, spec: ModelSpec, rows: TrainingSet, parts: Parts, *, progress: Progress) -> str:
    """Return LightGBM's text of the trees that the workers grow on the train part, cut where the calibrate part says.

    As many workers give the same bytes again, whichever they are. Where one is lost meanwhile it begins anew; raises
    CrewError where that happens again and again, and at once what training itself raises: GrowingError where LightGBM
    or the system says why.
    """
    lesson = Lesson.of(spec, rows, parts)
    progress(0, spec.rounds)
    try:
        text = _grown_in_spite_of_losses(client, lesson)
    except _AnsweredError as answered:
        raise _told(spec.name, answered.worker, answered.error) from None
    progress(spec.rounds, spec.rounds)
    return send_missing_with_most_rows(text)


def without_addresses(model_text: str) -> str:
    """Return a model's text without the addresses of the machines it was grown on."""
    for name, default in OF_THE_CLUSTER.items():
        model_text = re.sub(rf"(?m)^\[{name}: .*\]$", f"[{name}: {default}]", model_text)
    return model_text


def _grown_in_spite_of_losses(client: Client, lesson: Lesson) -> str:
    """Grow the trees; begin anew where a worker is lost, once as many are there again."""
    count = min(len(client.nthreads()), max(1, len(lesson.grown_on.labels) // ROWS_A_WORKER))
    error = ""
    for _ in range(ATTEMPTS):
        try:
            with _losses():
                client.wait_for_workers(count, timeout=WORKERS_S)
            return _grown(client, lesson, count)
        except _LostError as lost:
            error = str(lost)
    address = str(client.scheduler.address) if client.scheduler else "that was"
    why = f"training ended early {ATTEMPTS} times ({error}), as when workers are lost"
    raise CrewError(address, why, "Run it again when as many workers stay; nothing of it was kept.")


def _told(model: str, worker: str, error: Exception) -> Exception:
    """Return what to raise for a worker's error: LightGBM and the system quote no row in theirs, others may."""
    if not isinstance(error, (MemoryError, OSError, _lightgbm_error())):
        return error
    return GrowingError(model=model, worker=worker, why=_in_words(error))


def _grown(client: Client, lesson: Lesson, count: int) -> str:
    """Grow the trees on `count` workers; each ends with the same ones."""
    with _losses():
        workers = sorted(client.nthreads())[:count]
    if len(workers) < count:
        raise _LostError("a worker is still missing")
    ports = _on_each(client, _free_port, dict.fromkeys(workers))
    hosts = [urlsplit(worker).hostname for worker in workers]
    network = {
        "tree_learner": "data",
        "num_machines": count,
        "machines": ",".join(f"{host}:{port}" for host, port in zip(hosts, ports, strict=True)),
        "time_out": MINUTES_TO_CONNECT,
    }
    cuts = np.array_split(np.arange(len(lesson.grown_on.labels)), count)
    lessons = [lesson.part(cut, {**network, "local_listen_port": port}) for cut, port in zip(cuts, ports, strict=True)]
    texts = {without_addresses(text) for text in _on_each(client, _grow_part, dict(zip(workers, lessons, strict=True)))}
    if len(texts) > 1:
        raise _LostError("workers do not agree on the trees")
    return texts.pop()


def _on_each(client: Client, function: Callable[[Piece], Result], pieces: Mapping[str, Piece]) -> list[Result]:
    """Return what each worker makes of its own piece; raise _AnsweredError or _LostError as soon as one does not.

    Nobody else does the piece of a worker that is lost, so Dask would wait for it without an end.
    """
    with _losses():
        owed = {
            worker: client.submit(attempt, function, piece, workers=[worker], pure=False)
            for worker, piece in pieces.items()
        }
    found: dict[str, Attempt[Result]] = {}
    while waiting := {worker: future for worker, future in owed.items() if worker not in found}:
        with _losses():
            if not pieces.keys() <= client.nthreads().keys():
                raise _LostError("a worker was lost")
            with client.as_current(), suppress(TimeoutError):
                wait(list(waiting.values()), timeout=LOOK_S)
            found |= {worker: each.result(timeout=WORKERS_S) for worker, each in waiting.items() if each.done()}
        _require_results(found)
    return [found[worker].value() for worker in pieces]


def _require_results(found: Mapping[str, Attempt[Result]]) -> None:
    """Raise an error that a worker answered with, one of its own before one that tells of another worker."""
    failed = {worker: each.error.with_traceback(each.raised_at) for worker, each in found.items() if each.error}
    for worker, error in failed.items():
        if not _is_of_the_network(error):
            raise _AnsweredError(worker, error)
    for error in failed.values():
        raise _LostError(_in_words(error))


def _is_of_the_network(error: Exception) -> bool:
    if isinstance(error, _lightgbm_error()):
        return NETWORK.search(str(error)) is not None
    return isinstance(error, (ConnectionError, TimeoutError))


@contextmanager
def _losses() -> Iterator[None]:
    """Turn what Dask raises where workers or the way to them are gone into _LostError."""
    try:
        yield
    except (KilledWorker, CancelledError, OSError, RuntimeError, ValueError) as lost:
        raise _LostError(type(lost).__name__) from lost


def _in_words(error: Exception) -> str:
    """Return the kind of an error and the first line of what it says."""
    kind, said = type(error).__name__.lstrip("_"), str(error).strip().partition("\n")[0]
    return f"{kind}: {said}" if said else kind


def _grow_part(lesson: Lesson) -> str:
    with _silence():
        return grown(lesson, progress=lambda _done, _most: None)


@contextmanager
def _silence() -> Iterator[None]:
    """Send standard output nowhere: LightGBM's network writes to it, and a command's results go there."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _free_port(_: None) -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("", 0))
        port: int = listening.getsockname()[1]
    return port


def _lightgbm_error() -> type[Exception]:
    from lightgbm.basic import LightGBMError  # noqa: PLC0415 takes seconds to import

    error: type[Exception] = LightGBMError
    return error
