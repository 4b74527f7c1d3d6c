"""The crew on a Dask cluster: its workers get pieces of work over the network and send back results.

Pieces travel inside their tasks: a piece whose worker is lost is sent to another one. Tasks are called after their
function and nothing else, and what goes wrong travels as a result: what a piece holds shows up in no log of Dask.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Generic, Self, TypeVar
from uuid import uuid4

from distributed import Client, Future, KilledWorker

from riskscore.crew.cluster import connected
from riskscore.crew.here import in_order
from riskscore.errors import CrewError

Piece = TypeVar("Piece")
Result = TypeVar("Result")

PATIENCE_S = 30
"""For how long there may be no worker at all, as while one that was lost is started again."""


@dataclass(frozen=True)
class Attempt(Generic[Result]):
    """What came of a piece: a result, or an error with where it was raised."""

    result: Result | None
    error: Exception | None = None
    raised_at: TracebackType | None = None

    def value(self) -> Result:
        """Return the result; raise the error, where it was raised."""
        if self.error is not None:
            raise self.error.with_traceback(self.raised_at)
        return self.result  # type: ignore[return-value]  # no error: it is there, None where that is the result


@dataclass(frozen=True)
class OnDask:
    """The workers of one cluster."""

    client: Client
    address: str
    rows_a_piece: int = 500_000
    """So many travel in a second."""

    @classmethod
    def at(cls, address: str, certificates: tuple[str, ...] = ()) -> Self:
        """Return the crew at `address`, or a new one on this machine for local:N; raise CrewError if nobody answers.

        `certificates` are the files of a tls:// address: who may sign, our own certificate, its key.
        """
        return cls(connected(address, certificates), address)

    def map(self, function: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
        """Yield the result of every piece, in order; raise CrewError where the cluster cannot go on."""
        workers = max(1, len(self.client.nthreads()))
        yield from in_order(partial(self._submit, function), pieces, most=2 * workers)

    def _submit(self, function: Callable[[Piece], Result], piece: Piece) -> "Awaited[Result]":
        name = f"{_name_of(function)}-{uuid4().hex}"
        return Awaited(self, self.client.submit(attempt, function, piece, key=name, pure=False))


@dataclass(frozen=True)
class Awaited(Generic[Result]):
    """A result that a worker owes."""

    crew: OnDask
    future: "Future[Attempt[Result]]"

    def result(self) -> Result:
        """Wait for it; raise what went wrong with the piece, or CrewError where the cluster cannot go on."""
        address = self.crew.address
        try:
            done = self._waited()
        except KilledWorker:
            raise CrewError(
                address,
                "one piece of work was lost with several workers, one after another",
                "Give the workers more memory (their logs say why they ended), then run it again.",
            ) from None
        except (CancelledError, OSError):
            with suppress(OSError, TimeoutError):
                self.crew.client.close(timeout=1)  # nothing is left that could take its leave
            raise CrewError(
                address, "the scheduler went away", "Start the cluster again, then run it again: nothing is half done."
            ) from None
        return done.value()

    def _waited(self) -> Attempt[Result]:
        """Return what came of the piece; raise CrewError where no worker is left for long."""
        had_workers = True
        while True:
            try:
                return self.future.result(timeout=PATIENCE_S)
            except TimeoutError:
                has_workers = bool(self.crew.client.nthreads())
            if not has_workers and not had_workers:
                raise CrewError(self.crew.address, "has no worker left", "Start some, then run it again.")
            had_workers = has_workers


def attempt(function: Callable[[Piece], Result], piece: Piece) -> Attempt[Result]:
    """Do a piece; an error is a result too, for Dask would write one, and what the piece holds, into its log."""
    try:
        return Attempt(function(piece))
    except Exception as error:  # noqa: BLE001 it is raised where the result is awaited
        return Attempt(None, error, error.__traceback__)


def _name_of(function: object) -> str:
    return getattr(function.func if isinstance(function, partial) else function, "__name__", "piece")
