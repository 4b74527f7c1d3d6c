"""Ours beside pandas, DuckDB and Polars: python -m benchmarks.trailing [--consignments 20_000_000 --days 720 ...]."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from benchmarks.options import amount, amount_or_none, folder, folder_or_temporary, positive, seed, whole_from
from benchmarks.pages import GIB, command, offer_write, show
from benchmarks.trailing.contestants import CONTESTANTS, FLOOR, OURS, Contestant
from benchmarks.trailing.race import Result, race
from benchmarks.trailing.report import Row, around, formulations, table
from benchmarks.trailing.stream import USUAL_CONSIGNMENTS, Stream, key_counts, write_stream
from benchmarks.trailing.task import ENTITIES, MEASURES, TOLERANCE, WINDOWS, Answer, Task, assert_equal, assert_whole

PAGE = "trailing.md"
YEAR = 365
SAMPLE = 997
WARM_UP_ROWS = 3_000
USUALLY_TOUCHED = 12.0
"""GiB of memory beside the usual consignments: more than the greediest contestant holds."""
LEAST_A_DAY = 20
"""Consignments; with fewer there may be days without any, of which nothing can be answered."""
SHORT = 20
"""Seconds; who needs less is run several times, as what else the machine does weighs more then."""
DAYS_ASKED = {"day": 1, "year": YEAR}
TITLES = {"day": "One day", "year": f"One year ({YEAR} days, asked at once)"}
THREAD_VARIABLES = ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS")


def main(arguments: Sequence[str] | None = None) -> None:
    """Race the contestants of each task, assert equal answers, print the tables."""
    parser = _parser()
    given = _given(parser, arguments)
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(given.threads)))
    with folder_or_temporary(given.folder) as place, tempfile.TemporaryDirectory(dir=place) as scratch:
        found = _race_all(given, Path(scratch))
    show("\n\n".join(_page(given, found)), PAGE, called=command(parser, arguments), keep=given.write)
    failed = [row.result.contestant.name for row in chain(*found.values()) if row.result.outcome == "failed"]
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}; what they said is above.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trailing", description=__doc__)
    parser.add_argument("--consignments", type=positive, default=USUAL_CONSIGNMENTS)
    parser.add_argument("--days", type=whole_from(YEAR), default=720, help="one year is asked about")
    parser.add_argument("--scale", type=amount, help="key counts beside the usual ones; default: as the consignments")
    parser.add_argument("--seed", type=seed, default=1)
    parser.add_argument("--limit", type=amount, default=900.0, help="seconds a contestant and task")
    parser.add_argument("--tasks", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS))
    parser.add_argument("--only", nargs="+", metavar="NAME", help="how the names of those who take part begin")
    parser.add_argument(
        "--repeats", type=positive, default=3, help=f"runs of who needs less than {SHORT} s; the middle counts"
    )
    parser.add_argument("--threads", type=positive, default=2)
    parser.add_argument(
        "--touched",
        type=amount_or_none,
        metavar="GIB",
        help=f"memory used and given back before each; default: {USUALLY_TOUCHED:g} GiB beside the usual consignments",
    )
    parser.add_argument("--folder", type=folder, help="where to put the stream and what is spilled; default: temporary")
    offer_write(parser, PAGE)
    return parser


def _given(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    given = parser.parse_args(arguments)
    least = LEAST_A_DAY * given.days
    if given.consignments < least:
        few = f"{given.consignments:,} leave days without any"
        parser.error(f"argument --consignments: {few}; give {least:,} or more for {given.days:,} days.")
    names = list(dict.fromkeys(one.name for task in given.tasks for one in CONTESTANTS[task]))
    for wanted in given.only or ():
        if not any(name.lower().startswith(wanted.lower()) for name in names):
            parser.error(f"argument --only: nobody's name begins with {wanted!r}; there are {', '.join(names)}.")
    absent = {one.needs for task in given.tasks for one in _chosen(task, given.only) if not one.is_installed}
    if absent:
        parser.error(
            f"Not installed: {', '.join(sorted(absent))}. Install the peers with "
            f"`make peers`, or leave them out with `--only {OURS} pandas`."
        )
    return given


def _chosen(task: str, only: Sequence[str] | None) -> list[Contestant]:
    """Return who takes part; the floor always does."""
    wanted = tuple(name.lower() for name in only or [""])
    return [one for one in CONTESTANTS[task] if one.name == FLOOR or one.name.lower().startswith(wanted)]


def _race_all(given: argparse.Namespace, folder: Path) -> dict[str, list[Row]]:
    size = {"days": given.days, "seed": given.seed}
    stream = write_stream(folder / "stream", consignments=given.consignments, scale=_scale(given), **size)
    small = WARM_UP_ROWS / USUAL_CONSIGNMENTS
    warm_up = write_stream(folder / "warm-up", consignments=WARM_UP_ROWS, scale=small, **size)
    return {
        name: _rows(given, name, tuple(_task(given, name, one, folder / name) for one in (stream, warm_up)))
        for name in given.tasks
    }


def _scale(given: argparse.Namespace) -> float:
    scale: float = given.scale or given.consignments / USUAL_CONSIGNMENTS
    return scale


def _touched(given: argparse.Namespace) -> int:
    """Return how many bytes of memory are used and given back before each."""
    usual = USUALLY_TOUCHED * given.consignments / USUAL_CONSIGNMENTS
    return int((usual if given.touched is None else given.touched) * GIB)


def _page(given: argparse.Namespace, found: dict[str, list[Row]]) -> Iterator[str]:
    yield "# Trailing features beside what a user would pick instead"
    yield _about(given)
    yield around(given.threads)
    for name, rows in found.items():
        yield table(TITLES[name], rows, given.limit)
        yield formulations(rows)


def _about(given: argparse.Namespace) -> str:
    keys = ", ".join(f"{entity} {count:,}" for entity, count in key_counts(_scale(given)).items())
    return (
        f"An invented stream of {given.consignments:,} consignments over {given.days} days (keys: {keys}). Asked "
        f"about every consignment of its last day, then of its last {YEAR}: {len(ENTITIES)} entities × "
        f"{len(WINDOWS)} windows × {len(MEASURES)} measures. Each contestant runs in a process of its own, after a "
        f"warm-up on {WARM_UP_ROWS:,} consignments; imports are not timed. Before each, up to "
        f"{_touched(given) / GIB:.1f} GiB of free memory are used and given back: nobody waits for what a host lends a "
        "virtual machine on first use. All reduce the year to one weighted sum a day and column where it arises, and "
        f"hand out every {SAMPLE}th row; of the one day they hand out every row. Who needs less than {SHORT} s is run "
        f"{given.repeats} times, and the middle run is told. "
        f"Counts, sums and gaps are asserted equal, means and rates to {TOLERANCE:g}. What was not done at the limit "
        f"of {given.limit:g} s is extrapolated by its share of the answer (days × columns). Ratios are of this size, "
        f"{given.consignments:,} consignments over {given.days} days: at another one they are others."
    )


def _task(given: argparse.Namespace, name: str, stream: Stream, scratch: Path) -> Task:
    first = stream.last_day - DAYS_ASKED[name] + 1
    place = scratch / stream.folder.name
    place.mkdir(parents=True, exist_ok=True)
    sample = 1 if name == "day" else SAMPLE
    return Task(stream, first, stream.last_day, sample, given.threads, place)


def _rows(given: argparse.Namespace, name: str, tasks: tuple[Task, ...]) -> list[Row]:
    """Race all, the quick ones several times; keep the middle one of each, and hold their answers equal."""
    results = []
    for contestant in _chosen(name, given.only):
        runs: list[Result] = []
        while not runs or (len(runs) < given.repeats and runs[0].is_finished_within(SHORT)):
            runs.append(_raced(contestant, tasks, given.limit, _touched(given)))
            told = f"{name}: {contestant.name} {runs[-1].outcome}, {runs[-1].seconds:.2f} s"
            print(told, file=sys.stderr, flush=True)
        results.append(_middle(runs))
    reference = max(results, key=lambda result: result.answer.share(tasks[0])).answer
    return [Row(result, _compared(result, reference, tasks[0])) for result in results]


def _middle(runs: Sequence[Result]) -> Result:
    """Return the run that is in the middle by its seconds; one that failed, if any did."""
    failed = [run for run in runs if run.outcome == "failed"]
    return failed[0] if failed else sorted(runs, key=_order)[len(runs) // 2]


def _raced(contestant: Contestant, tasks: tuple[Task, ...], limit: float, touched: int) -> Result:
    task, warm_up = tasks
    functions = [function for function in (contestant.before, contestant.function) if function]
    *before, result = (
        race(contestant, function, task, warm_up=warm_up, limit=limit, touched=touched) for function in functions
    )
    return replace(result, before_seconds=sum(one.seconds for one in before))


def _order(result: Result) -> float:
    return float("inf") if result.whole_seconds is None else result.whole_seconds


def _compared(result: Result, reference: Answer, task: Task) -> tuple[int, int]:
    if result.outcome == "finished" and result.contestant.name != FLOOR:
        assert_whole(result.contestant.name, result.answer, reference, task)
    return assert_equal(result.contestant.name, result.answer, reference)


if __name__ == "__main__":
    main()
