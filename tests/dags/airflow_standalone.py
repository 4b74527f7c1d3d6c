"""Start Airflow on private ports, in one piece (`airflow standalone`), talk to it, and stop all of it."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from riskscore.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 300
SECONDS_TO_STOP = 30
UNFINISHED = ("queued", "running")


@dataclass(frozen=True)
class Run:
    """One DAG run as the scheduler tells of it."""

    dag: str
    run_id: str
    day: str
    state: str
    seconds: float

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Run":
        """Read one run from the REST interface's answer."""
        began, ended = (told[name] and datetime.fromisoformat(told[name]) for name in ("start_date", "end_date"))
        seconds = ((ended or datetime.now(UTC)) - began).total_seconds() if began else 0.0
        return cls(told["dag_id"], told["dag_run_id"], told["partition_key"] or "", told["state"], seconds)


@dataclass
class Airflow:
    """A running `airflow standalone` and its REST interface."""

    folder: Path
    environment: dict[str, str]
    address: str
    token: str = ""

    def command(self, *words: str) -> None:
        """Run one `airflow` command as an operator would; raise RuntimeError with its output where it fails."""
        done = subprocess.run(
            ["airflow", *words], check=False, env=self.environment, cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"airflow {' '.join(words)} left with {done.returncode}: {done.stdout}{done.stderr}")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one request and return its answer."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=sent, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return dict(json.load(answer))

    def is_ready(self, dags: set[str]) -> bool:
        """Tell whether every component is healthy and the DAGs are known."""
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            self.token = self.call("GET", "/auth/token")["access_token"]
            health = self.call("GET", "/api/v2/monitor/health")
            known = {one["dag_id"] for one in self.call("GET", "/api/v2/dags")["dags"]}
            return all(one["status"] == "healthy" for one in health.values()) and known >= dags
        return False

    def runs(self) -> list[Run]:
        """Return every run of every DAG, in the order in which they began."""
        told = self.call("GET", "/api/v2/dags/~/dagRuns?order_by=start_date&limit=100")
        return [Run.of(one) for one in told["dag_runs"]]


def reachable(folder: Path, settings: Settings, **told: object) -> Airflow:
    """Return an Airflow at home in `folder`, on ports of its own, not started yet; `told` are more variables."""
    ports = _free_ports(3)
    environment = _environment(folder, settings, ports) | {name: str(value) for name, value in told.items()}
    return Airflow(folder, environment, f"http://127.0.0.1:{ports[0]}")


@contextmanager
def standalone(folder: Path, settings: Settings, dags: set[str], **told: object) -> Iterator[Airflow]:
    """Run Airflow's components below `folder`, reachable from this machine only, until the block ends."""
    folder.mkdir(parents=True)
    airflow = reachable(folder, settings, **told)
    with (folder / "standalone.log").open("wb") as log:
        group = subprocess.Popen(
            ["airflow", "standalone"],
            cwd=folder,
            env=airflow.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until(lambda: airflow.is_ready(dags), SECONDS_TO_START, f"Airflow did not start; see {log.name}")
            yield airflow
        finally:
            _stop(group)


def wait_until(is_so: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Ask every second until the answer is yes; raise TimeoutError with `otherwise` if it stays no."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError(f"{otherwise} (waited {seconds:.0f} s)")
        time.sleep(1)


def _environment(folder: Path, settings: Settings, ports: list[int]) -> dict[str, str]:
    api = f"http://127.0.0.1:{ports[0]}"
    airflow = {
        "API__BASE_URL": api,
        "API__HOST": "127.0.0.1",
        "API__PORT": ports[0],
        "API__WORKERS": 1,
        "API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "CORE__DAGS_FOLDER": REPOSITORY / "dags",
        "CORE__EXECUTION_API_SERVER_URL": f"{api}/execution/",
        "CORE__LOAD_EXAMPLES": False,
        "CORE__PARALLELISM": 2,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        "LOGGING__TRIGGER_LOG_SERVER_PORT": ports[1],
        "LOGGING__WORKER_LOG_SERVER_PORT": ports[2],
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 600,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "RISKSCORE_"))}
    ours = {name: getattr(settings, name) for name in ("home", "project_dir", "database_url", "today")}
    return {
        **inherited,
        **{f"AIRFLOW__{name}": str(value) for name, value in airflow.items()},
        **{f"RISKSCORE_{name.upper()}": str(value) for name, value in ours.items() if value},
        "AIRFLOW_HOME": str(folder),
        "PYTHONPATH": str(REPOSITORY),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def _free_ports(count: int) -> list[int]:
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in listening]
    for one in listening:
        one.close()
    return ports


def _stop(group: subprocess.Popen[bytes]) -> None:
    """Ask the whole process group to stop, then make it: the parent's end alone leaves its children running."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(group.pid, number)
        with suppress(TimeoutError):
            return wait_until(lambda: _is_gone(group), SECONDS_TO_STOP, "Airflow did not stop")
    return None


def _is_gone(group: subprocess.Popen[bytes]) -> bool:
    group.poll()
    try:
        os.killpg(group.pid, 0)
    except ProcessLookupError:
        return True
    return False
