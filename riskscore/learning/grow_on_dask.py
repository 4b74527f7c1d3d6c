"""Grow the trees on a Dask cluster: every worker holds a part of the rows, and they find each split together.

Dask brings the parts to the workers, LightGBM's own network joins them, as in `lightgbm.dask`. That module is not used:
it numbers the workers in no certain order, on which the trees depend, and does not stop early.
"""

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import numpy as np
from distributed import Client, Future, KilledWorker, wait

from riskscore.crew.on_dask import Attempt, attempt
from riskscore.errors import CrewError
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


def grow_on(client: Client, spec: ModelSpec, rows: TrainingSet, parts: Parts, *, progress: Progress) -> str:
    """Return LightGBM's text of the trees that the workers grow on the train part, cut where the calibrate part says.

    As many workers give the same bytes again, whichever they are. Where one is lost meanwhile it begins anew; raises
    CrewError where that happens again and again.
    """
    lesson = Lesson.of(spec, rows, parts)
    progress(0, spec.rounds)
    text = _grown_in_spite_of_losses(client, lesson)
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
            client.wait_for_workers(count, timeout=WORKERS_S)
            return _grown(client, lesson, count)
        except (KilledWorker, CancelledError, OSError, RuntimeError, ValueError, _lightgbm_error()) as lost:
            error = type(lost).__name__
    address = str(client.scheduler.address) if client.scheduler else "that was"
    why = f"training ended early {ATTEMPTS} times ({error}), as when workers are lost"
    raise CrewError(address, why, "Run it again when as many workers stay; nothing of it was kept.")


def _grown(client: Client, lesson: Lesson, count: int) -> str:
    """Grow the trees on `count` workers; each ends with the same ones."""
    workers = sorted(client.nthreads())[:count]
    if len(workers) < count:
        raise RuntimeError("a worker is still missing")
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
        raise RuntimeError("workers do not agree on the trees")
    return texts.pop()


def _on_each(client: Client, function: Callable[[Piece], Result], pieces: Mapping[str, Piece]) -> list[Result]:
    """Return what each worker makes of its own piece; raise the first error, or RuntimeError where one is lost.

    Nobody else does the piece of a worker that is lost, so Dask would wait for it without an end.
    """
    owed = [client.submit(attempt, function, piece, workers=[worker], pure=False) for worker, piece in pieces.items()]
    found: dict[Future[Attempt[Result]], Result] = {}
    while waiting := [future for future in owed if future not in found]:
        if not pieces.keys() <= client.nthreads().keys():
            raise RuntimeError("a worker was lost")
        for future, attempted in _next_of(client, waiting).items():
            found[future] = attempted.value()
    return [found[future] for future in owed]


def _next_of(
    client: Client, waiting: "list[Future[Attempt[Result]]]"
) -> "dict[Future[Attempt[Result]], Attempt[Result]]":
    """Return what came of those that are done first; nothing where that takes longer than LOOK_S."""
    try:
        with client.as_current():
            done = wait(waiting, timeout=LOOK_S, return_when=FIRST_COMPLETED).done
        return {future: future.result(timeout=WORKERS_S) for future in done}
    except TimeoutError:
        return {}


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
