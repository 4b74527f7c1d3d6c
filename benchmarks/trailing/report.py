"""The results as a page of Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchmarks.pages import GIB, machine
from benchmarks.trailing.contestants import FLOOR, OURS
from benchmarks.trailing.race import Result

PACKAGES = ("numpy", "pandas", "pyarrow", "numba", "duckdb", "polars")
HEADER = (
    "| | seconds | times ours | times reading | CPU seconds | peak memory | equal to ours |\n"
    "|---|---:|---:|---:|---:|---:|---|"
)


@dataclass(frozen=True)
class Row:
    """A contestant's result and how many digests and sampled values were found equal."""

    result: Result
    equal: tuple[int, int]


def around(threads: int) -> str:
    """Return one sentence about where this runs, and with what."""
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    memory = "nobody's memory is limited (DuckDB spills at a limit of its own, four fifths of the machine's)"
    return f"{machine()}; threads each: {threads}; {memory}; {versions}."


def table(title: str, rows: Sequence[Row], limit: float) -> str:
    """Return a section with a row a contestant."""
    seconds = {row.result.contestant.name: row.result.whole_seconds for row in rows}
    lines = [_line(row, seconds.get(OURS), seconds.get(FLOOR), limit) for row in rows]
    return "\n".join([f"## {title}", "", HEADER, *lines])


def formulations(rows: Sequence[Row]) -> str:
    """Return a list of how each contestant goes about it, in the words of its function."""
    return "\n".join(_formulation(row.result) for row in rows)


def _line(row: Row, ours: float | None, floor: float | None, limit: float) -> str:
    result = row.result
    cells = (
        result.contestant.name,
        _seconds(result, limit),
        _times(result, ours, limit),
        _times(result, floor, limit),
        f"{result.cpu_seconds:,.2f}",
        f"{result.peak_bytes / GIB:.2f} GiB",
        _equal(row),
    )
    return f"| {' | '.join(cells)} |"


def _seconds(result: Result, limit: float) -> str:
    """Return the seconds; where only a part was answered, the arithmetic beside them."""
    if result.outcome == "failed":
        return "failed"
    if result.whole_seconds is None:
        return f"> {limit:,.0f}"
    if result.outcome == "finished":
        return f"{result.seconds:,.2f}"
    return f"≈ {result.whole_seconds:,.0f} = {result.seconds:,.0f} / {result.share:.3f} of the answer"


def _times(result: Result, beside: float | None, limit: float) -> str:
    if not beside or result.outcome == "failed":
        return ""
    if result.whole_seconds is None:
        return f"> {limit / beside:.1f}"
    return f"{result.whole_seconds / beside:.1f}"


def _equal(row: Row) -> str:
    if row.result.contestant.name in {FLOOR, OURS} or not any(row.equal):
        return ""
    return f"{row.equal[0]:,} digests, {row.equal[1]:,} values"


def _formulation(result: Result) -> str:
    contestant = result.contestant
    told = " ".join((contestant.load(contestant.function).__doc__ or "").split())
    before = f" That state took {result.before_seconds:,.2f} s, from the whole history." if contestant.before else ""
    return f"* **{contestant.name}**: {told}{before}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
