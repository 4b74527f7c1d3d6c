"""The crew on this machine: threads, which run side by side wherever compiled code is at work."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Given_co = TypeVar("Given_co", covariant=True)


class Promise(Protocol[Given_co]):
    """A result that is on its way."""

    def result(self) -> Given_co:
        """Wait for it; raise what went wrong."""


@dataclass(frozen=True)
class Here:
    """So many threads of this process."""

    threads: int
    rows_a_piece: int | None = None
    """Nothing travels: what need not be cut is left whole."""

    client = None

    def map(self, function: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
        """Yield the result of every piece, in order."""
        if self.threads == 1:
            yield from map(function, pieces)
            return
        with ThreadPoolExecutor(self.threads, "crew") as pool:
            yield from in_order(lambda piece: pool.submit(function, piece), pieces, most=self.threads + 1)


def in_order(submit: Callable[[Piece], Promise[Result]], pieces: Iterable[Piece], *, most: int) -> Iterator[Result]:
    """Yield the results in the order of the pieces, at most `most` of which are under way at once."""
    under_way: deque[Promise[Result]] = deque()
    for piece in pieces:
        under_way.append(submit(piece))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
