"""Prove the DAGs on a real scheduler: `python -m tests.dags.standalone`.

It makes a small invented world, learns from its history, starts `airflow standalone`, asks for one day of `watch_drop`,
and waits until assets have carried that day through every other DAG; then it asks for the same day again, which finds
no delivery left and must change nothing. It ends with a table of the runs and of what then lies in the stores, and
leaves with 1 where anything is missing or different.
"""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from riskscore import steps
from riskscore.cli.progress import progress_bars
from riskscore.settings import Settings
from riskscore.steps.calendar import Report, silent
from riskscore.store.database import QueueItem
from riskscore.world import WorldSpec, make_world, write_deliveries
from tests.dags.airflow_standalone import REPOSITORY, UNFINISHED, Airflow, Run, standalone, wait_until

DAGS = ("watch_drop", "ingest", "score_daily", "export", "train_models", "monitor")
"""What one day sends its partition through."""
BY_HAND = "housekeeping"
"""What is started by hand here, with the day filled in and without."""
WORLD = WorldSpec(days=100, live_days=2, containers_per_day=250, contraband_share=0.06)
"""Small, and rich in contraband so that few inspections teach enough; its first live day is a Monday."""
PASSES = 2
SECONDS_TO_FINISH = 900


@dataclass(frozen=True)
class Proof:
    """What the scheduler did with the day, twice, and what then lay in the stores."""

    day: date
    runs: list[Run]
    found: dict[str, int]
    is_same_again: bool
    by_hand: dict[str, str]
    """How runs started by hand ended, with a day and without one."""

    @property
    def holds(self) -> bool:
        """Tell whether every DAG ran twice for the day, well, left something behind, and left the same again.

        Of the runs by hand the one with a day must have gone well and the one without must have failed.
        """
        green = sorted((run.dag, run.day) for run in self.runs if run.state == "success")
        wanted = sorted((dag, str(self.day)) for dag in DAGS * PASSES)
        fails_closed = self.by_hand == {"with a day": "success", "without a day": "failed"}
        return green == wanted and all(self.found.values()) and self.is_same_again and fails_closed


def prove(folder: Path, *, report: Report = silent) -> Proof:
    """Carry one day through a scheduler twice and return what happened; raise TimeoutError where it does not end."""
    day = WORLD.live_from
    settings = Settings.load({}, home=folder / "home", today=day)
    last_known = day - timedelta(days=1)
    write_deliveries(make_world(WORLD), settings.drop)
    steps.take_in(settings, steps.land(settings, WORLD.start, last_known, report=report), report=report)
    steps.learn_from_history(settings, WORLD.start, last_known, report=report)
    report("airflow starts", 0, 1)
    with standalone(folder / "airflow", settings, {*DAGS, BY_HAND}) as airflow:
        report("airflow starts", 1, 1)
        airflow.command("pools", "import", str(REPOSITORY / "dags" / "pools.json"))
        for dag in (*DAGS, BY_HAND):
            airflow.call("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
        _carry(airflow, day, report, times=1)
        first = _contents(settings, day)
        _carry(airflow, day, report, times=PASSES)
        runs = airflow.runs()
        by_hand = {"with a day": start_by_hand(airflow, {"day": f"{day}"}), "without a day": start_by_hand(airflow, {})}
    return Proof(day, runs, _found(settings, day), first == _contents(settings, day), by_hand)


def start_by_hand(airflow: Airflow, form: dict[str, str]) -> str:
    """Start a run as the user interface does, with this form; return how it ended."""
    place = f"/api/v2/dags/{BY_HAND}/dagRuns"
    run = airflow.call("POST", place, {"logical_date": None, "conf": form})["dag_run_id"]

    def state() -> str:
        return str(airflow.call("GET", f"{place}/{run}")["state"])

    wait_until(lambda: state() not in UNFINISHED, SECONDS_TO_FINISH, f"The run {run} did not end")
    return state()


def _carry(airflow: Airflow, day: date, report: Report, *, times: int) -> None:
    """Ask for the day's run of `watch_drop`; return once every DAG has ended it n times, or one has failed."""
    dates = ["--from-date", f"{day}", "--to-date", f"{day}", "--reprocess-behavior", "completed"]
    airflow.command("backfill", "create", "--dag-id", "watch_drop", *dates)

    def is_over() -> bool:
        runs = airflow.runs()
        ended = [run.dag for run in runs if run.state not in UNFINISHED]
        report(f"runs, time {times}", len(ended) - len(DAGS) * (times - 1), len(DAGS))
        has_failed = any(run.state == "failed" for run in runs)
        return len(ended) == len(runs) and (has_failed or sorted(ended) == sorted(DAGS * times))

    wait_until(is_over, SECONDS_TO_FINISH, f"The runs did not end; see {airflow.folder}/logs")


def _contents(settings: Settings, day: date) -> dict[str, list[Any]]:
    """Return what the day's features, scores and queues say, in an order that does not depend on how they lie."""
    work = steps.open_workspace(settings)
    tables = ("container_features", "container_score", "voyage_features", "voyage_score")
    with work.transaction() as session:
        items = session.scalars(select(QueueItem).where(QueueItem.queue_day == day))
        queues = sorted((item.unit, item.position, item.container_number, str(item.shown)) for item in items)
    rows = {name: work.lake.read(name, since=day, until=day).to_dict("records") for name in tables}
    return {"queues": queues, **{name: sorted(map(repr, found)) for name, found in rows.items()}}


def _found(settings: Settings, day: date) -> dict[str, int]:
    """Return how much of each kind the day left in the stores."""
    contents = {name: len(rows) for name, rows in _contents(settings, day).items()}
    return {
        "deliveries published": len(steps.delivery_rows(settings, state="published", day=day)),
        "containers scored": contents["container_score"],
        "voyages scored": contents["voyage_score"],
        "queue items": contents["queues"],
        "bundles verified": len(_bundles(settings, day)),
        "models trained": len(list(settings.artefacts.glob(f"*/{day}.current"))),
    }


def _bundles(settings: Settings, day: date) -> dict[str, Path]:
    """Return the bundles that lie there, each verified as its partner would; a missing one raises."""
    key = steps.signing_keys(settings).public_path
    folders = {folder.parent.name: folder for folder in settings.exports.glob("*/*") if folder.is_dir()}
    for partner, folder in folders.items():
        steps.verify(folder, key, recipient=partner, state=None, today=day)
    return folders


def show(proof: Proof) -> None:
    """Print the runs and what they left."""
    table = Table("DAG", "run", "day", "state", "seconds", title="Runs of an invented world's day")
    for run in proof.runs:
        table.add_row(run.dag, run.run_id, run.day, run.state, f"{run.seconds:.0f}")
    console = Console(width=140)
    console.print(table)
    console.print(", ".join(f"{count} {what}" for what, count in proof.found.items()))
    console.print("By hand: " + ", ".join(f"{how}, {state}" for how, state in proof.by_hand.items()))
    console.print(f"The second time gave {'the same' if proof.is_same_again else 'something else'}.")


def main() -> int:
    """Prove, print, and tidy up; where it does not hold, leave everything for a look."""
    folder = Path(tempfile.mkdtemp(prefix="riskscore-dags-"))
    with progress_bars() as report:
        proof = prove(folder, report=report)
    show(proof)
    if not proof.holds:
        print(f"The proof does not hold; logs lie in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
