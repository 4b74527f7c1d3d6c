"""Kill days of a small invented world at random points and prove that nothing shows: `python -m tests.crash`.

Workers, PostgreSQL, the process between its commit and its report, and the scheduler are killed by SIGKILL; each time
the task is started again, until it ends. Whatever a day leaves behind is then compared with what it leaves when nothing
interrupts it. It stops at the first difference, with the command that repeats the day. The same seed kills at the same
calls; instants are shares of the processor's time that a task takes, and so fall about where they fell.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.crash.left import size_of
from tests.crash.points import KINDS, Point
from tests.crash.proof import Shown, placed, prove
from tests.crash.results import RESULTS, keep
from tests.crash.worker import TASKS
from tests.riskscore.steps.small_world import made_in

NAMES = {
    "worker": "a worker",
    "postgres": "PostgreSQL, all its processes",
    "report": "a worker between its commit and its report",
    "scheduler": "the scheduler",
}


def page(shown: Shown, *, seed: int) -> Iterator[str]:
    """Yield the lines of what was shown."""
    kills = shown.points.total()
    yield f"# {kills} kills, and a day that shows none\n"
    yield (
        f"`python -m tests.crash --points {kills} --seed {seed}`: an invented day on PostgreSQL, run "
        f"{shown.days} times, killed with SIGKILL at {kills} random points, each task started again until it ended. "
        f"{os.cpu_count()} cores, Python {platform.python_version()}.\n"
    )
    yield "| killed | " + " | ".join(TASKS) + " | all |"
    yield "|---|" + "---:|" * (len(TASKS) + 1)
    for kind, variant, points in _by_variant(shown.points):
        counts = [sum(times for point, times in points.items() if point.task == task) for task in TASKS]
        yield f"| {NAMES[kind]}, {variant} | {' | '.join(map(str, counts))} | {points.total()} |"
    yield ""
    undisturbed = shown.days * len(TASKS)
    yield (
        f"{shown.starts} workers were started, {shown.starts - undisturbed} more than when nothing is killed. "
        f"{shown.fenced} were overtaken by a newer run and published nothing more; {shown.told_of_loss} ended saying "
        f"that the database was lost. {shown.unended} runs were left without an end, each named by the run that took "
        "over.\n"
    )
    yield f"Equal after each of the {shown.days} days, to a day that nothing interrupted:\n"
    yield "| what | how much |"
    yield "|---|---:|"
    for kind, (size, unit) in size_of(shown.left).items():
        yield f"| {kind} | {size:,} {unit} |"
    yield f"| rows received = accepted + quarantined + refused | {shown.received:,} rows |"


def _by_variant(points: Counter[Point]) -> Iterator[tuple[str, str, Counter[Point]]]:
    for kind in KINDS:
        for variant in sorted({point.variant for point in points if point.kind == kind}):
            found = {point: times for point, times in points.items() if (point.kind, point.variant) == (kind, variant)}
            yield kind, variant, Counter(found)


def main() -> None:
    """Print, and with --write keep, what was shown; leave with 1 at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.crash")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--day", type=int, help="one day of the seed only")
    parser.add_argument("--world", type=Path, help="where the small world lies, or is made; by default it is made anew")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="riskscore-crash-"))
    try:
        with placed(made_in(given.world or folder / "world"), folder) as place:
            for shown in prove(
                place,
                points=given.points,
                seed=given.seed,
                kinds=[given.only] if given.only else KINDS,
                only_day=given.day,
                report=lambda line: print(line, file=sys.stderr, flush=True),
            ):
                text = "\n".join(page(shown, seed=given.seed)) + "\n"
                if given.write:
                    keep(text, command="python -m tests.crash")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(text)


if __name__ == "__main__":
    main()
