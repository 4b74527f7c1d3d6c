"""Who takes part: ours, what a user would pick instead, and the floor."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from benchmarks.trailing.task import Piece, Task

Answering = Callable[[Task], Iterator[Piece]]


@dataclass(frozen=True)
class Contestant:
    """A formulation of one of the tasks: a function of a module that is imported only where it runs."""

    name: str
    module: str
    function: str
    needs: str = ""
    """A module that must be installed."""
    before: str = ""
    """A function of what yesterday's run left behind; it runs first, and its time is told apart."""

    @property
    def is_installed(self) -> bool:
        """Whether what it needs can be imported."""
        return not self.needs or find_spec(self.needs) is not None

    def load(self, function: str) -> Callable[[Task], Iterator[Piece] | None]:
        """Return a function of its module."""
        loaded: Callable[[Task], Iterator[Piece] | None] = getattr(import_module(self.module), function)
        return loaded


OURS, FLOOR = "riskscore", "reading the columns"
HERE = "benchmarks.trailing"

CONTESTANTS = {
    "day": [
        Contestant(FLOOR, f"{HERE}.reading", "columns"),
        Contestant(OURS, f"{HERE}.ours", "one_day", before="yesterday"),
        Contestant("pandas", f"{HERE}.with_pandas", "one_day"),
        Contestant("DuckDB GROUP BY", f"{HERE}.with_duckdb", "one_day_grouped", needs="duckdb"),
        Contestant("DuckDB windows", f"{HERE}.with_duckdb", "one_day_windows", needs="duckdb"),
        Contestant("Polars", f"{HERE}.with_polars", "one_day", needs="polars"),
    ],
    "year": [
        Contestant(FLOOR, f"{HERE}.reading", "columns"),
        Contestant(OURS, f"{HERE}.ours", "one_year"),
        Contestant("pandas merge_asof", f"{HERE}.with_pandas", "one_year"),
        Contestant("pandas rolling", f"{HERE}.with_pandas", "one_year_rolling"),
        Contestant("DuckDB GROUP BY", f"{HERE}.with_duckdb", "one_year_grouped", needs="duckdb"),
        Contestant("DuckDB windows", f"{HERE}.with_duckdb", "one_year_windows", needs="duckdb"),
        Contestant("DuckDB ASOF", f"{HERE}.with_duckdb", "one_year_asof", needs="duckdb"),
        Contestant("Polars rolling", f"{HERE}.with_polars", "one_year", needs="polars"),
        Contestant("Polars ASOF", f"{HERE}.with_polars", "one_year_asof", needs="polars"),
    ],
}
"""By task; the answers are compared with the first full one."""
