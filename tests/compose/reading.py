"""Read docker-compose.yml as processes of this machine: same words and environment, other places.

What is changed, and nothing else: names of services become this machine, ports and paths become private ones, `$$`
becomes `$` as Compose makes it. What a container has to itself (its ports, its home) is told by variables.
"""

import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
FILE = REPOSITORY / "docker-compose.yml"
PORTS = (5432, 6379, 8000, 8080, 8974)
"""What services listen on in the file; the object store's comes from whatever stands in for it."""
POSTGRESQL = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Service:
    """One service as it runs here."""

    name: str
    command: list[str]
    environment: dict[str, str]
    check: list[str]
    """Its health check; empty where it has none."""
    waits_for: dict[str, str]
    """Other services by name, and what it waits for them to be."""

    @property
    def lasts(self) -> bool:
        """Tell whether it goes on, or does something once."""
        return bool(self.check)


@dataclass(frozen=True)
class Mapped:
    """The file's services, mapped to a folder and to ports of this machine."""

    folder: Path
    ports: dict[int, int]
    told: Mapping[str, str]
    """Variables that every service is given besides its own."""

    @cached_property
    def services(self) -> dict[str, Service]:
        """Every service that `docker compose up` starts, each after those it waits for."""
        given = {name: one for name, one in document()["services"].items() if "profiles" not in one}
        ordered: dict[str, Service] = {}
        while left := [name for name in given if name not in ordered]:
            ready = [name for name in left if ordered.keys() >= given[name].get("depends_on", {}).keys()]
            ordered |= {name: self._service(name, given[name]) for name in ready}
        return ordered

    def here(self, text: str, service: str = "") -> str:
        """Return a text of the file as it is meant here."""
        hosts = "|".join(document()["services"])
        text = text.replace("$$", "$").replace("0.0.0.0", HERE)
        text = re.sub(rf"(?<![\w.-])({hosts})(?=:\d)", HERE, text)
        text = re.sub(r"\b\d{4}\b", lambda found: str(self.ports.get(int(found[0]), found[0])), text)
        for inside, outside in self._paths(service).items():
            text = re.sub(rf"(?<![\w.]){inside}\b", str(outside), text)
        return text

    def _paths(self, service: str) -> dict[str, Path]:
        return {
            "/run/secrets": self.folder / "secrets",
            "/opt/riskscore": REPOSITORY,
            "/opt/airflow": self.folder / "airflow" / service,
            "/var/log/airflow": self.folder / "logs",
            "/var/lib/riskscore": self.folder / "home",
            "/var/lib/objects": self.folder / "objects",
        }

    def _service(self, name: str, given: dict[str, Any]) -> Service:
        words = [*given.get("entrypoint", []), *given.get("command", [])]
        kind, *check = given.get("healthcheck", {"test": ["NONE"]})["test"]
        if kind == "CMD-SHELL":
            check = ["sh", "-c", *check]
        needs = {other: how["condition"] for other, how in given.get("depends_on", {}).items()}
        return Service(
            name=name,
            command=[self.here(str(word), name) for word in words],
            environment=self._environment(name, given.get("environment", {})),
            check=[self.here(str(word), name) for word in check],
            waits_for=needs,
        )

    def _environment(self, name: str, given: dict[str, str]) -> dict[str, str]:
        found = {variable: self.here(str(value), name) for variable, value in given.items()}
        if found.get("PGHOST"):
            found["PGHOST"] = HERE
        own = free_ports(2)
        to_itself = {
            "AIRFLOW__API__HOST": HERE,
            "AIRFLOW__API__PORT": self.ports[8080],
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": self.ports[8974],
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": own[0],
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": own[1],
            "HOME": self.folder,
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(POSTGRESQL), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(REPOSITORY)])),
            "PYTHONUNBUFFERED": 1,
        }
        return {**{variable: str(value) for variable, value in to_itself.items()}, **found, **self.told}


@cache
def document() -> dict[str, Any]:
    """Return the file as YAML reads it."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    listening = [socket.create_server((HERE, 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in listening]
    for one in listening:
        one.close()
    return ports
