"""What a table of the lake looks like: columns, key and partition, and what every fact carries beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

STATISTICS_OF = "delta.dataSkippingStatsColumns"
STATISTICS = "delta.dataSkippingNumIndexedCols"
"""Delta's words for the columns whose bounds stand in the log, by name or by number."""

UTC_MICROSECONDS = pa.timestamp("us", tz="UTC")

LINEAGE: Mapping[str, pa.DataType] = {
    "known_at": UTC_MICROSECONDS,
    "known_day": pa.date32(),
    "delivery_id": pa.string(),
    "delivery_number": pa.int64(),
    "row_number": pa.int64(),
    "source": pa.string(),
    "originator": pa.string(),
    "handling": pa.string(),
    "purpose": pa.string(),
    "retain_until": pa.date32(),
}
"""What every fact carries: when we learned it, from which row of which delivery, and on whose terms."""

MEASURED = ("delivery_id", "row_number", "retain_until")
"""Columns of facts whose least and greatest values stand in the log: who replaces or removes rows asks for them."""


@dataclass(frozen=True)
class TableSchema:
    """Columns, key and partition of one lake table; facts are partitioned by `known_day` and carry LINEAGE.

    `located_by` names columns, beside the first of the key, whose values are asked for again and again: the lake keeps
    on which days each of them lies. `at_hand` names the columns of which it keeps recent days such that single rows are
    taken.
    """

    name: str
    columns: Mapping[str, pa.DataType]
    key: tuple[str, ...]
    partition: str = "known_day"
    located_by: tuple[str, ...] = ()
    at_hand: tuple[str, ...] = ()

    @property
    def is_fact(self) -> bool:
        """Tell whether rows were learned from a delivery (and so carry lineage)."""
        return self.partition == "known_day"

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema, lineage included."""
        columns = {**self.columns, **LINEAGE} if self.is_fact else dict(self.columns)
        return pa.schema(list(columns.items()))

    def located(self, columns: Iterable[str]) -> str | None:
        """Return the one of these columns by which rows are found without looking at every day; None without any."""
        kept = (*self.located_by, self.key[0])
        return next((column for column in kept if column in set(columns)), None)

    @property
    def properties(self) -> dict[str, str]:
        """Return how Delta keeps the table: its log holds no more of the files' values than is asked for.

        Values of every column would be a party's name in the log, and most of what opening a table reads.
        """
        return {STATISTICS_OF: ",".join(MEASURED)} if self.is_fact else {STATISTICS: "0"}
