"""Kill Airflow's own scheduler while it carries a day, and prove that nothing shows: `python -m tests.crash.airflow_killed`.

A day of the small world goes through the DAGs of a real Airflow (api-server, scheduler with LocalExecutor,
dag-processor, triggerer; PostgreSQL for its metadata and for ours). Its scheduler is killed by SIGKILL at random
instants, alone or with every process it started, and started again. What the day leaves is compared with what the same
steps leave where no scheduler runs them and nothing is killed.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from riskscore import steps
from tests.crash.airflow_parts import components
from tests.crash.day import CrashProofError, Day
from tests.crash.left import accounted, left_behind, size_of
from tests.crash.proof import Place, Report, placed
from tests.crash.results import keep
from tests.dags.airflow_standalone import UNFINISHED, wait_until
from tests.riskscore.steps.small_world import DAY, Content, differences, made_in, whole_day

DAGS = {"watch_drop", "ingest", "score_daily", "export", "train_models", "monitor"}
"""What one day sends its partition through."""
VARIANTS = ("alone, its tasks live on", "with every process it started")
LONGEST_SECONDS = 20.0
"""A scheduler lives so long at most before it is killed: it takes about five to be at work."""
KILLS_A_DAY = 5
SECONDS_TO_FINISH = 600


@dataclass
class Shown:
    """What was shown so far."""

    left: Content
    days: int = 0
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By variant, and the DAG that had a task under way; empty: none had."""
    unended: int = 0
    """Runs of steps that a kill left without an end, each named by the run that took over."""
    tries: int = 0
    """Tasks that were begun more than once."""


def prove(place: Place, *, kills: int, seed: int, report: Report) -> Iterator[Shown]:
    """Kill the scheduler of days until it was killed so often; yield what was shown after each day.

    Raises CrashProofError at the first day that fails, or ends otherwise than the one that nothing interrupted.
    """
    with place.day("undisturbed", {}) as day:
        whole_day(day.settings)
        steps.monitor_day(day.settings, DAY)
        shown = Shown(left_behind(day.settings))
    while (left := kills - shown.kills.total()) > 0:
        with place.day(f"day-{shown.days}", {}) as day:
            began = time.monotonic()
            _carry(place, day, Random(f"{seed} {shown.days}"), min(left, KILLS_A_DAY), shown)
            _, unended = accounted(day.settings)
            if other := differences(left_behind(day.settings), shown.left):
                raise CrashProofError(f"Not as the day that nothing interrupted: {', '.join(other)}")
        shown.unended += unended
        shown.days += 1
        report(f"day {shown.days}: {shown.kills.total()} kills so far, equal ({time.monotonic() - began:.0f} s)")
        yield shown


def _carry(place: Place, day: Day, random: Random, kills: int, shown: Shown) -> None:
    """Send the day through the DAGs, its scheduler killed meanwhile; return once every run has ended well."""
    with components(place.folder / f"airflow-{shown.days}", day.settings, place.server, DAGS) as parts:
        dates = ["--from-date", f"{DAY}", "--to-date", f"{DAY}"]
        parts.airflow.command("backfill", "create", "--dag-id", "watch_drop", *dates)

        def is_over() -> bool:
            runs = parts.airflow.runs()
            return {run.dag for run in runs} >= DAGS and all(run.state not in UNFINISHED for run in runs)

        for _ in range(kills):
            variant, until = random.choice(VARIANTS), time.monotonic() + random.uniform(0, LONGEST_SECONDS)
            while time.monotonic() < until and not is_over():
                time.sleep(0.2)
            if is_over():
                break
            found = {task.partition(".")[0] for task in parts.under_way()}
            parts.kill_scheduler(tasks_too=variant == VARIANTS[1])
            shown.kills[variant, ", ".join(sorted(found))] += 1
            parts.start("scheduler")
        wait_until(is_over, SECONDS_TO_FINISH, f"The day did not end: {parts.airflow.runs()}")
        ended = {run.dag: run.state for run in parts.airflow.runs()}
        if ended != dict.fromkeys(DAGS, "success"):
            raise CrashProofError(f"Runs ended so: {ended}; logs lie in {parts.airflow.folder}")
        told = parts.airflow.call("GET", "/api/v2/dags/~/dagRuns/~/taskInstances?limit=500")
        shown.tries += sum(one["try_number"] > 1 for one in told["task_instances"])


def page(shown: Shown, *, kills: int, seed: int) -> Iterator[str]:
    """Yield the lines of what was shown."""
    yield f"# {shown.kills.total()} kills of Airflow's scheduler, and a day that shows none\n"
    yield (
        f"`python -m tests.crash.airflow_killed --kills {kills} --seed {seed}`: an invented day through the DAGs of a real "
        f"Airflow, {shown.days} times; its scheduler was killed with SIGKILL at random instants and started again. "
        f"{os.cpu_count()} cores, Python {platform.python_version()}.\n"
    )
    under_way = sorted({dag for _, dag in shown.kills})
    yield (
        "| the scheduler was killed | "
        + " | ".join(f"`{dag}` at work" if dag else "no task" for dag in under_way)
        + " | all |"
    )
    yield "|---|" + "---:|" * (len(under_way) + 1)
    for variant in VARIANTS:
        counts = [shown.kills[variant, dag] for dag in under_way]
        yield f"| {variant} | {' | '.join(map(str, counts))} | {sum(counts)} |"
    yield ""
    yield (
        f"Every run of every DAG ended well; {shown.tries} tasks were begun more than once, and {shown.unended} runs of steps "
        "were left without an end, each named by the run that took over. Equal after each day, to the same steps where no "
        "scheduler runs them and nothing is killed:\n"
    )
    yield "| what | how much |"
    yield "|---|---:|"
    for kind, (size, unit) in size_of(shown.left).items():
        yield f"| {kind} | {size:,} {unit} |"


def main() -> None:
    """Print, and with --write keep, what was shown; leave with an error at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.crash.airflow_killed")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", type=Path, help="where the small world lies, or is made; by default it is made anew")
    parser.add_argument("--write", action="store_true", help="keep it in benchmarks/results/crash.md too")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="riskscore-crash-"))
    folder.chmod(0o755)
    with placed(made_in(given.world or folder / "world"), folder) as place:
        for shown in prove(
            place, kills=given.kills, seed=given.seed, report=lambda line: print(line, file=sys.stderr, flush=True)
        ):
            text = "\n".join(page(shown, kills=given.kills, seed=given.seed)) + "\n"
    if given.write:
        keep(text, command="python -m tests.crash.airflow_killed")
    shutil.rmtree(folder, ignore_errors=True)  # after a failure its logs stay for a look
    print(text)


if __name__ == "__main__":
    main()
