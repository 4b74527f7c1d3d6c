"""Kill Airflow's own scheduler and prove that the day does not show it: `python -m tests.crash.airflow_killed`.

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from riskscore import steps
from tests.crash.airflow_parts import Components, components
from tests.crash.day import CrashProofError, Day
from tests.crash.left import accounted, left_behind, size_of
from tests.crash.proof import Place, Report, placed
from tests.crash.results import keep
from tests.dags.airflow_standalone import UNFINISHED, wait_until
from tests.riskscore.steps.small_world import DAY, Content, differences, made_in, whole_day

DAGS = {"watch_drop", "ingest", "score_daily", "export", "train_models", "monitor"}
"""What one day sends its partition through."""
STRUCK = {"ingest": 0, "score_daily": 1, "export": 2, "monitor": 2}
"""DAG that has a task under way when the scheduler is killed -> its place in the day."""
VARIANTS = ("alone, its tasks live on", "with every process it started")
LONGEST_SECONDS = 6.0
"""So long at most a task has been seen under way when the scheduler is killed."""
KILLS_A_DAY = 5
SECONDS_TO_FINISH = 900


@dataclass(frozen=True)
class Kill:
    """When the scheduler of a day is killed, and how."""

    dag: str
    variant: str
    seconds: float


@dataclass
class Shown:
    """What was shown so far."""

    left: Content
    days: int = 0
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By variant, and the DAG that had a task under way."""
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
            _carry(place, day, drawn(seed, shown.days, min(left, KILLS_A_DAY)), shown)
            _, unended = accounted(day.settings)
            if other := differences(left_behind(day.settings), shown.left):
                raise CrashProofError(f"Not as the day that nothing interrupted: {', '.join(other)}")
        shown.unended += unended
        shown.days += 1
        report(f"day {shown.days}: {shown.kills.total()} kills so far, equal ({time.monotonic() - began:.0f} s)")
        yield shown


def drawn(seed: int, day: int, count: int) -> list[Kill]:
    """Return the kills of one day in its order, the same for the same seed."""
    random = Random(f"{seed} {day}")
    kills = [
        Kill(random.choice(list(STRUCK)), random.choice(VARIANTS), random.uniform(0, LONGEST_SECONDS))
        for _ in range(count)
    ]
    return sorted(kills, key=lambda kill: STRUCK[kill.dag])


def _carry(place: Place, day: Day, kills: Sequence[Kill], shown: Shown) -> None:
    """Send the day through the DAGs, its scheduler killed meanwhile; return once every run has ended well."""
    with components(place.folder / f"airflow-{shown.days}", day.settings, place.server, DAGS) as parts:
        dates = ["--from-date", f"{DAY}", "--to-date", f"{DAY}"]
        parts.airflow.command("backfill", "create", "--dag-id", "watch_drop", *dates)
        for kill in kills:
            if _is_at_work(parts, kill.dag):
                time.sleep(kill.seconds)
                parts.kill_scheduler(tasks_too=kill.variant == VARIANTS[1])
                shown.kills[kill.variant, kill.dag] += 1
                parts.start("scheduler")
        wait_until(lambda: _is_over(parts), SECONDS_TO_FINISH, f"The day did not end; see {parts.airflow.folder}")
        ended = {run.dag: run.state for run in parts.airflow.runs()}
        if ended != dict.fromkeys(DAGS, "success"):
            raise CrashProofError(f"Runs ended so: {ended}; logs lie in {parts.airflow.folder}")
        told = parts.airflow.call("GET", "/api/v2/dags/~/dagRuns/~/taskInstances?limit=500")
        shown.tries += sum(one["try_number"] > 1 for one in told["task_instances"])


def _is_over(parts: Components) -> bool:
    runs = parts.airflow.runs()
    return {run.dag for run in runs} >= DAGS and all(run.state not in UNFINISHED for run in runs)


def _is_at_work(parts: Components, dag: str) -> bool:
    """Wait until a DAG has a task under way; return False where its run has ended before."""
    give_up = time.monotonic() + SECONDS_TO_FINISH
    while time.monotonic() < give_up:
        if any(run.dag == dag and run.state not in UNFINISHED for run in parts.airflow.runs()):
            return False
        if any(task.startswith(f"{dag}.") for task in parts.under_way()):
            return True
        time.sleep(0.2)
    raise TimeoutError(f"{dag} does not begin; see {parts.airflow.folder}")


def page(shown: Shown, *, kills: int, seed: int) -> Iterator[str]:
    """Yield the lines of what was shown."""
    yield f"# {shown.kills.total()} kills of Airflow's scheduler, and a day that shows none\n"
    yield (
        f"`python -m tests.crash.airflow_killed --kills {kills} --seed {seed}`: an invented day through the DAGs of a "
        f"real Airflow, run {shown.days} times; its scheduler was killed with SIGKILL at random instants and started "
        f"again. {os.cpu_count()} cores, Python {platform.python_version()}.\n"
    )
    yield "| the scheduler was killed | " + " | ".join(f"`{dag}` at work" for dag in STRUCK) + " | all |"
    yield "|---|" + "---:|" * (len(STRUCK) + 1)
    for variant in VARIANTS:
        counts = [shown.kills[variant, dag] for dag in STRUCK]
        yield f"| {variant} | {' | '.join(map(str, counts))} | {sum(counts)} |"
    yield ""
    yield (
        f"Every run of every DAG ended well; {shown.tries} tasks were begun more than once, and {shown.unended} runs "
        "of steps were left without an end, each named by the run that took over.\n"
    )
    yield (
        f"Equal after each of the {shown.days} days, to the same steps where no scheduler runs them and nothing is "
        "killed:\n"
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
    parser.add_argument("--world", type=Path, help="where the small world lies, or is made; by default made anew")
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
