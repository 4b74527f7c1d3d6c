"""What a crew is, and which one the settings ask for."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from riskscore.crew.here import Here
from riskscore.settings import Settings

if TYPE_CHECKING:
    from distributed import Client

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Crew(Protocol):
    """Those who do pieces of work side by side."""

    @property
    def client(self) -> "Client | None":
        """The connection to the cluster, for a library that brings its own way of using one; None without a cluster."""

    @property
    def rows_a_piece(self) -> int | None:
        """How many rows a piece should have at most; None where what need not be cut is best left whole."""

    def map(self, function: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
        """Yield the result of every piece, in the order of the pieces.

        `function` is importable by name and has no effect but its result: a piece may be done twice. Pieces are asked
        for one by one as there is room, so that of many large ones few exist at once. An error ends the whole.
        """


ALONE = Here(1)
"""One piece after the other, in the thread that asks."""


def crew_of(settings: Settings) -> Crew:
    """Return the crew that the settings ask for; it stays until the process ends.

    Raises SettingsError without the certificates that an address needs, CrewError where nobody answers.
    """
    if not settings.dask:
        return Here(settings.jobs)
    return _on_dask(settings.dask, *settings.dask_certificates)


@cache
def _on_dask(address: str, *certificates: str) -> Crew:
    from riskscore.crew.on_dask import OnDask  # noqa: PLC0415 slow to import, and seldom wanted

    return OnDask.at(address, certificates)
