"""Run one contestant in a process of its own, timed, measured and stopped at the limit."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pyarrow as pa

from benchmarks.trailing.contestants import Contestant
from benchmarks.trailing.task import Answer, Piece, Task

GRACE = 120.0
"""Seconds for imports and the warm-up."""


@dataclass(frozen=True)
class Lap:
    """What a contestant reports: seconds since the start (waiting to be heard excluded), and a piece of the answer."""

    seconds: float
    cpu_seconds: float
    piece: Piece | None


@dataclass(frozen=True)
class Result:
    """How far a contestant came, and what it took."""

    contestant: Contestant
    outcome: str
    """finished, stopped (at the limit) or failed."""
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    share: float
    """Of the answer's cells; 1 if finished."""
    answer: Answer
    limit: float
    """Seconds after which it would be stopped."""
    before_seconds: float = 0.0
    """What the run of the day before took, where the contestant starts from what that left behind."""

    def is_finished_within(self, seconds: float) -> bool:
        """Tell whether the whole answer was there by then."""
        return self.outcome == "finished" and self.seconds < seconds

    @property
    def whole_seconds(self) -> float | None:
        """The seconds of the whole answer: measured, or extrapolated from its share; None if that says too little.

        It does where nothing was answered, or where the share done by then promised an end before the limit.
        """
        if self.outcome == "finished":
            return self.seconds
        promised = self.seconds / self.share if self.share else 0.0
        return promised if promised > self.limit else None


def race(contestant: Contestant, function: str, task: Task, *, warm_up: Task, limit: float, touched: int = 0) -> Result:
    """Answer the warm-up first, untimed; then the task, for at most `limit` seconds.

    In between, `touched` bytes of memory are used by another process and given back.
    """
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_answer, args=(there, contestant, function, (warm_up, task), touched), daemon=True)
    process.start()
    there.close()
    try:
        return _listen(here, process, contestant, task, limit)
    finally:
        process.kill()
        process.join()
        here.close()


def _listen(here: Connection, process: BaseProcess, contestant: Contestant, task: Task, limit: float) -> Result:
    laps, outcome, until = [Lap(0.0, 0.0, None)], "failed", time.monotonic() + GRACE
    peak_bytes = 0
    while here.poll(max(0.0, until - time.monotonic())):
        peak_bytes = _peak_bytes(process)
        try:
            heard = here.recv()
        except EOFError:
            outcome = "failed"
            break
        if heard is None:
            outcome, until = "stopped", time.monotonic() + limit
            continue
        laps.append(heard)
        if heard.piece is None:
            outcome = "finished"
            break
    peak_bytes = max(peak_bytes, _peak_bytes(process))
    answer = Answer.of(lap.piece for lap in laps if lap.piece)
    share = 1.0 if outcome == "finished" else answer.share(task)
    return Result(contestant, outcome, laps[-1].seconds, laps[-1].cpu_seconds, peak_bytes, share, answer, limit)


def _answer(there: Connection, contestant: Contestant, function: str, tasks: tuple[Task, Task], touched: int) -> None:
    """In the contestant's own process: warm up, say so with None, send a lap a piece and one at the end, wait."""
    warm_up, task = tasks
    pa.set_cpu_count(task.threads)
    answering = contestant.load(function)
    for _ in answering(warm_up) or ():
        pass
    touch(touched)
    there.send(None)
    seconds = cpu_seconds = 0.0
    pieces: Iterator[Piece] | None = None
    while True:
        started, cpu_started = time.perf_counter(), time.process_time()
        pieces = iter(answering(task) or ()) if pieces is None else pieces
        piece = next(pieces, None)
        seconds += time.perf_counter() - started
        cpu_seconds += time.process_time() - cpu_started
        there.send(Lap(seconds, cpu_seconds, piece))
        if piece is None:
            there.poll(None)  # its memory can be told as long as it lives
            return


def touch(memory: int) -> None:
    """Have a process use so many bytes of memory (of those that are free, nine tenths at most) and give them back.

    A virtual machine may have to be lent memory by its host when it is first used, which takes longer than most of what
    is done with it; whoever came after a greedy one would be spared that.
    """
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    numbers = f"import numpy; numpy.ones({min(memory, free * 9 // 10)}, numpy.int8)"
    subprocess.run([sys.executable, "-c", numbers], check=True)


def _peak_bytes(process: BaseProcess) -> int:
    """Return the most memory the process ever held, as Linux tells it; 0 where it is gone or another system."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) * 1024 if found else 0
