"""Run docker-compose.yml without Docker: `python -m tests.compose.run_here`.

It reads the file, makes the secrets as `make secrets` does, starts every service's own command as a process of this
machine, each after those it waits for, asks each for its own health check, makes a small invented world, rotates every
secret as dags/README.md says, sends one day of the world through the DAGs on the Celery worker, opens the desk's first
page, and prints what ran and what then lies in the stores. It stops what it started.

Two services run as something else here: `postgres` as this machine's PostgreSQL, made ready as its image does, and
`object-store` as moto, an S3 server in Python. Services named on the command line are left out.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

from rich.console import Console
from rich.table import Table

from riskscore import steps
from riskscore.settings import Settings
from riskscore.world import WorldSpec, make_world, write_deliveries
from tests.compose.processes import Processes, as_image_does, processes
from tests.compose.reading import HERE, PORTS, Mapped, Service, free_ports
from tests.compose.rotating import make_secrets, rotate
from tests.dags.airflow_standalone import UNFINISHED, Airflow, Run, wait_until
from tests.object_store import object_store

WORLD = WorldSpec(days=100, live_days=2, containers_per_day=150, contraband_share=0.1)
"""Small, and rich in contraband so that few inspections teach enough; its first live day is a Monday."""
DAY = WORLD.live_from
DAGS = {"watch_drop", "ingest", "score_daily", "export", "train_models", "monitor"}
"""What one day sends its partition through."""
SECONDS_TO_FINISH = 1800


@dataclass
class Proof:
    """What ran, and what the day left."""

    services: list[tuple[str, str, float, str]] = field(default_factory=list)
    """Name, how it ran, seconds until it had ended or was healthy, its command."""
    rotated: list[str] = field(default_factory=list)
    """The secrets that are others by now; what they were is refused, where somebody asks."""
    runs: list[Run] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Tell whether every DAG ran well for the day and left something behind."""
        green = {run.dag for run in self.runs if run.state == "success"}
        return green == DAGS and len(self.runs) == len(DAGS) and all(self.found.values()) and bool(self.rotated)


@dataclass
class Stand:
    """The services of the file, as they run here."""

    mapped: Mapped
    started: Processes
    proof: Proof
    without: Collection[str] = ()

    def up(self) -> None:
        """Start every service, each after those it waits for, and wait until all that last are healthy."""
        wanted = [service for service in self.mapped.services.values() if service.name not in self.without]
        for service in wanted:
            begin(service, self.mapped, self.started, self.proof)
        for service in wanted:
            if service.lasts and service.name != "object-store":
                note(self.proof, service, "process", self.started.wait_for_health(service))

    def recreate(self) -> None:
        """Stop everything and start it again, as `docker compose up -d --force-recreate` does; volumes stay."""
        self.started.stop()
        self.up()


@contextmanager
def running(folder: Path, proof: Proof, without: Collection[str] = ()) -> Iterator[Stand]:
    """Run every service of the file below `folder` until the block ends, `without` those left out on purpose."""
    folder.chmod(0o755)  # PostgreSQL runs as somebody else; the secrets have a folder of their own
    with object_store() as store, processes(folder) as started:
        ports = {**dict(zip(PORTS, free_ports(len(PORTS)), strict=True)), 9000: store.port}
        mapped = Mapped(folder, ports, told={"RISKSCORE_TODAY": str(DAY)})
        make_secrets(mapped)
        for place in ("home/drop", "objects", "logs"):
            (folder / place).mkdir(parents=True)
        stand = Stand(mapped, started, proof, without)
        stand.up()
        yield stand


def begin(service: Service, mapped: Mapped, started: Processes, proof: Proof) -> None:
    """Start a service once those it waits for are what it waits for them to be."""
    for other, condition in service.waits_for.items():
        if condition == "service_healthy" and other != "object-store":
            started.wait_for_health(mapped.services[other])
    if service.name == "object-store":  # moto answers already
        note(proof, service, "moto", 0.0)
    elif service.name == "postgres":
        started.start(*as_image_does(service, mapped.folder, mapped.ports[5432]))
    elif service.lasts:
        started.start(service)
    else:
        began = time.monotonic()
        started.once(service)
        note(proof, service, "ran to its end", time.monotonic() - began)


def note(proof: Proof, service: Service, how: str, seconds: float) -> None:
    """Keep what became of a service, and say so."""
    command = " ".join(" ".join(service.command).split())
    proof.services.append((service.name, how, seconds, command))
    print(f"{service.name}: {how}, {seconds:.0f} s", file=sys.stderr, flush=True)


def settings_of(service: Service) -> Settings:
    """Return the settings that a service has."""
    return Settings.load(service.environment)


def prepare(mapped: Mapped) -> Settings:
    """Make the world and learn from its history, with the worker's settings."""
    settings = settings_of(mapped.services["worker"])
    write_deliveries(make_world(WORLD), settings.drop)
    last_known = DAY - timedelta(days=1)
    steps.take_in(settings, steps.land(settings, WORLD.start, last_known))
    steps.learn_from_history(settings, WORLD.start, last_known)
    print("the world is made, its history learned", file=sys.stderr, flush=True)
    return settings


def carry(mapped: Mapped) -> list[Run]:
    """Ask for the day, as an operator would, and return every run once they have ended."""
    scheduler = mapped.services["scheduler"]
    airflow = Airflow(mapped.folder, scheduler.environment, f"http://{HERE}:{mapped.ports[8080]}")
    password = (mapped.folder / "secrets" / "admin_password").read_text(encoding="utf-8")
    airflow.token = airflow.call("POST", "/auth/token", {"username": "admin", "password": password})["access_token"]
    airflow.command("backfill", "create", "--dag-id", "watch_drop", "--from-date", f"{DAY}", "--to-date", f"{DAY}")

    def is_over() -> bool:
        runs = airflow.runs()
        is_failed = any(run.state == "failed" for run in runs)
        return all(run.state not in UNFINISHED for run in runs) and (is_failed or {run.dag for run in runs} >= DAGS)

    wait_until(is_over, SECONDS_TO_FINISH, "The runs did not end")
    return airflow.runs()


def look(settings: Settings, mapped: Mapped, day: date) -> dict[str, int]:
    """Return what lies in the stores, and where each task ran."""
    return {
        "items queued": sum(len(steps.queue_list(settings, unit, day).rows) for unit in units(settings)),
        "containers scored": len(steps.open_workspace(settings).lake.read("container_score", since=day, until=day)),
        "bundles": sum(1 for path in settings.exports.glob("*/*") if path.is_dir()),
        "tasks the worker took": (mapped.folder / "worker.log").read_text(errors="replace").count("succeeded in"),
        "password field on the desk's first page": first_page(mapped.services["web"]).count('type="password"'),
    }


def first_page(web: Service) -> str:
    """Return what a browser that was never here is shown at the desk's address: the page to log in."""
    with urlopen(web.environment["RISKSCORE_WEB_ADDRESS"], timeout=60) as answer:
        return str(answer.read().decode())


def units(settings: Settings) -> list[str]:
    """Return the units that have a queue."""
    from riskscore.queues import load_policy

    return list(load_policy().units)


def prove(folder: Path, proof: Proof, without: Collection[str] = ()) -> Proof:
    """Run everything, rotate the secrets, carry a day; raise where a service does not start or a day does not end."""
    with running(folder, proof, without) as stand:
        settings = prepare(stand.mapped)
        proof.rotated = rotate(stand.mapped, lambda: recreate(stand))
        proof.runs = carry(stand.mapped)
        proof.found = look(settings, stand.mapped, DAY)
    return proof


def recreate(stand: Stand) -> None:
    """Recreate the services without a second line about each."""
    stand.proof, proof = Proof(), stand.proof
    stand.recreate()
    stand.proof = proof


def show(proof: Proof) -> None:
    """Print what was proven."""
    table = Table("service", "here", "seconds", "command", title="docker-compose.yml, run here")
    for name, how, seconds, command in proof.services:
        table.add_row(name, how, f"{seconds:.0f}", f"{command[:70]}{'…' if len(command) > 70 else ''}")
    runs = Table("DAG", "day", "state", "seconds", title="An invented day on the Celery worker")
    for run in proof.runs:
        runs.add_row(run.dag, run.day, run.state, f"{run.seconds:.0f}")
    console = Console(width=140)
    said = f"Rotated before that day: {', '.join(proof.rotated)}\n"
    console.print(table, said, runs, ", ".join(f"{count} {what}" for what, count in proof.found.items()))


def main() -> int:
    """Prove, print, and tidy up; where it does not hold, leave everything for a look."""
    folder, proof = Path(tempfile.mkdtemp(prefix="riskscore-compose-")), Proof()
    try:
        prove(folder, proof, without=sys.argv[1:])
    except (RuntimeError, TimeoutError) as error:
        print(error, file=sys.stderr)
    show(proof)
    if not proof.holds:
        print(f"The proof does not hold; logs lie in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
