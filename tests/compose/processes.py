"""Start services as processes, ask for their health, and stop what was started, nothing else."""

import os
import pwd
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals

from tests.compose.reading import HERE, POSTGRESQL, Service

SECONDS_TO_START = 600
SECONDS_TO_STOP = 60
STOP_SIGNALS = {"postgres": SIGINT}
"""What an image names to be stopped by, where it is not SIGTERM: PostgreSQL lets go of its clients."""


@dataclass
class Processes:
    """What was started here, in order."""

    folder: Path
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def once(self, service: Service) -> None:
        """Run a service that ends; raise RuntimeError with the end of its output where it fails."""
        code = self.start(service).wait(SECONDS_TO_START)
        if code:
            raise RuntimeError(f"{service.name} left with {code}: {self.said(service.name)}")

    def start(self, service: Service, user: str | None = None) -> subprocess.Popen[bytes]:
        """Start a service in a group of its own; what it says goes into a file."""
        if "AIRFLOW_HOME" in service.environment:
            Path(service.environment["AIRFLOW_HOME"]).mkdir(parents=True, exist_ok=True)
        with self._log(service.name).open("ab") as log:
            process = subprocess.Popen(
                service.command,
                cwd=self.folder,
                env=service.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
            )
        self.started[service.name] = process
        return process

    def wait_for_health(self, service: Service) -> float:
        """Ask a service's own check until it passes; return the seconds; raise where it never does or it has ended."""
        began = time.monotonic()
        while time.monotonic() < began + SECONDS_TO_START:
            if (code := self.started[service.name].poll()) is not None:
                raise RuntimeError(f"{service.name} ended with {code}: {self.said(service.name)}")
            with suppress(subprocess.TimeoutExpired):
                asked = subprocess.run(
                    service.check,
                    cwd=self.folder,
                    env=service.environment,
                    capture_output=True,
                    timeout=60,
                    check=False,
                )
                if asked.returncode == 0:
                    return time.monotonic() - began
            time.sleep(1)
        raise TimeoutError(f"{service.name} is not healthy after {SECONDS_TO_START} s: {self.said(service.name)}")

    def said(self, name: str) -> str:
        """Return the last that a service said."""
        return self._log(name).read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Stop what still runs, the last started first."""
        while self.started:
            name, process = self.started.popitem()
            _end(process, STOP_SIGNALS.get(name, SIGTERM))

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


@contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    """Keep a list of what is started, and stop all of it at the end."""
    running = Processes(folder)
    try:
        yield running
    finally:
        running.stop()


def as_image_does(service: Service, folder: Path, port: int) -> tuple[Service, str | None]:
    """Do what the image of PostgreSQL does before the service's command; return the command to start, and as whom.

    It makes a cluster with the superuser, password and arguments that the service's variables name, unless one is
    there. PostgreSQL refuses to run as root: then it runs as the user `postgres`.
    """
    told, cluster = service.environment, folder / "database"
    user = "postgres" if os.geteuid() == 0 else None
    own = ["-D", str(cluster), "-p", str(port), "-c", f"listen_addresses={HERE}", "-c", "unix_socket_directories="]
    as_it_is = Service(service.name, [*service.command, *own], told, service.check, service.waits_for), user
    if cluster.exists():
        return as_it_is
    cluster.mkdir()
    password = folder / "initial_password"
    password.write_text(Path(told["POSTGRES_PASSWORD_FILE"]).read_text(encoding="utf-8"), encoding="utf-8")
    if user:
        owner = pwd.getpwnam(user)
        for path in (cluster, password):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    made = [POSTGRESQL / "initdb", "--pgdata", cluster, "--username", told["POSTGRES_USER"], "--pwfile", password]
    made += ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", *shlex.split(told["POSTGRES_INITDB_ARGS"])]
    subprocess.run(list(map(str, made)), check=True, capture_output=True, user=user, cwd="/")
    password.unlink()
    return as_it_is


def _end(process: subprocess.Popen[bytes], first: Signals) -> None:
    """End a process and its group: politely, then not."""
    for number in (first, SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
            break
    with suppress(ProcessLookupError):  # what a parent left behind
        os.killpg(process.pid, SIGKILL)
