"""A run's permit to commit to the lake: asked before every commit, and written into it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
from deltalake import CommitProperties, Transaction

from riskscore.store.leases import Lease

MARKS = 64
"""Different marks, at most: each stays in a table's log for good."""


@dataclass(frozen=True)
class Permit:
    """The right of one run to commit.

    A commit carries the marks of its run's partitions. Of two commits with a mark in common that began from the same
    version of a table, the store of the table refuses the second, and the run that made it is asked for its right
    again: a holder that was overtaken after it was asked, and before it committed, is found out.
    """

    run: int
    marks: tuple[str, ...]
    ask: Callable[[], None]
    """Raises StaleRunError where a newer run claimed what this one is for."""
    published: Callable[[str, int, pa.Table], None]
    """Told the table, the version that the commit made, and its rows."""

    @classmethod
    def of(cls, lease: Lease, ask: Callable[[], None], published: Callable[[str, int, pa.Table], None]) -> Self:
        """Return the permit of a run."""
        numbers = {zlib.crc32(f"{lease.step} {one.key}".encode()) % MARKS for one in lease.partitions}
        return cls(lease.token, tuple(f"riskscore-{number}" for number in sorted(numbers)), ask, published)

    @property
    def properties(self) -> CommitProperties:
        """What a commit carries."""
        marks = [Transaction(mark, self.run) for mark in self.marks]
        return CommitProperties(custom_metadata={"run": str(self.run)}, app_transactions=marks)
