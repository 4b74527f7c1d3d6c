"""Airflow's components, each a process of its own, on PostgreSQL; its scheduler is killed and started again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGSTOP
from urllib.error import URLError

from riskscore.settings import Settings
from tests.dags.airflow_standalone import REPOSITORY, SECONDS_TO_START, Airflow, reachable, wait_until
from tests.postgres import Postgres

COMPONENTS = ("api-server", "dag-processor", "triggerer", "scheduler")
SOON = {
    "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": 1,
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": 1,
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": 4,
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": 3,
}
"""A scheduler that is gone is missed after seconds; by Airflow's defaults after half a minute to five minutes."""
PARENT, SESSION = 1, 3
"""Places of these numbers in /proc/PID/stat, counted from the state."""
LET_GO = "15s"
"""What a killed scheduler held locked is free after so long, though processes it forked keep its connections open."""


@dataclass
class Components:
    """Running components of one Airflow."""

    airflow: Airflow
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)
    """Of processes: a component's, with all that it forked, whoever their parent is by now."""

    def start(self, component: str) -> None:
        """Start a component; what it says goes into a file of its name."""
        more = ["--skip-serve-logs"] if component in ("scheduler", "triggerer") else []
        with (self.airflow.folder / f"{component}.log").open("ab") as log:
            self.started[component] = subprocess.Popen(
                ["airflow", component, *more],
                cwd=self.airflow.folder,
                env=self.airflow.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.sessions.add(self.started[component].pid)

    def under_way(self) -> list[str]:
        """Return the tasks that run now, as the scheduler tells of it."""
        told = self.airflow.call("GET", "/api/v2/dags/~/dagRuns/~/taskInstances?state=running&limit=100")
        return sorted(f"{one['dag_id']}.{one['task_id']}" for one in told["task_instances"])

    def kill_scheduler(self, *, tasks_too: bool) -> None:
        """Kill the scheduler, with what it started or alone: its executor and tasks then live on, nobody's."""
        scheduler = self.started["scheduler"]
        scheduler.send_signal(SIGSTOP)  # it starts nobody new meanwhile
        for pid in _descendants(scheduler.pid) if tasks_too else []:
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
        scheduler.kill()
        scheduler.wait()

    def stop(self) -> None:
        """Kill every process of this Airflow, also those that nobody's child is any more; nothing else."""
        for pid in (pid for pid in _pids() if _stat(pid, SESSION) in self.sessions):
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
        for process in self.started.values():
            process.wait()


@contextmanager
def components(folder: Path, settings: Settings, server: Postgres, dags: set[str]) -> Iterator[Components]:
    """Run Airflow below `folder` on a database of its own, DAGs unpaused and pools made, until the block ends."""
    folder.mkdir(parents=True)
    database = server.make_database()
    server.execute(f"ALTER DATABASE {database} SET idle_in_transaction_session_timeout = '{LET_GO}'")
    address = server.address(database)
    at = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": address,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": address.replace("psycopg", "psycopg_async"),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    }
    running = Components(reachable(folder, settings, **at, **SOON))
    try:
        running.airflow.command("db", "migrate")
        running.airflow.command("pools", "import", str(REPOSITORY / "dags" / "pools.json"))
        for component in COMPONENTS:
            running.start(component)
        wait_until(lambda: is_ready(running.airflow, dags), SECONDS_TO_START, f"Airflow did not start; see {folder}")
        yield running
    finally:
        running.stop()
        server.drop_database(database)


def is_ready(airflow: Airflow, dags: set[str]) -> bool:
    """Tell whether Airflow is ready for these DAGs."""
    with suppress(URLError, OSError):
        return airflow.is_ready(dags)
    return False


def _descendants(pid: int) -> list[int]:
    """Return a process's children and theirs."""
    children = [one for one in _pids() if _stat(one, PARENT) == pid]
    return [*children, *(other for one in children for other in _descendants(one))]


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _stat(pid: int, what: int) -> int:
    """Return one of the numbers that Linux tells of a process; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[what])
    except OSError:
        return 0
