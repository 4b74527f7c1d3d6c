"""A real PostgreSQL of our own: Debian's programs on a private port and socket, in a folder that goes when it stops."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

PROGRAMS = Path("/usr/lib/postgresql")
SUPERUSER = "postgres"
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}
"""Settings of a server that nobody pulls the plug of."""
DURABLE = {"shared_buffers": "32MB"}
"""Settings of one that is killed: what it committed stays."""


def is_installed() -> bool:
    """Whether PostgreSQL's programs are on this machine."""
    return any(PROGRAMS.glob("*/bin/initdb"))


def programs() -> Path:
    """Return the folder of the newest PostgreSQL that is installed; raises FileNotFoundError where none is."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise FileNotFoundError(f"no PostgreSQL in {PROGRAMS}: these tests want one; run `apt-get install postgresql`")
    return found[-1].parent


@dataclass
class Postgres:
    """A running server; over its socket it takes every role at its word, over its port it asks for a password."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    settings: Mapping[str, str] = field(default_factory=QUICK.copy)

    def address(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """Return the SQLAlchemy address of a database over the socket."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}&port={self.port}"

    def over_tcp(self, database: str, role: str) -> str:
        """Return the address over the port, without a password."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{database}"

    def make_database(self, *, template: str = "template1", owner: str = SUPERUSER) -> str:
        """Make a database with a name of its own, and return the name."""
        name = f"riskscore_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as superuser, and return its rows."""
        where = {"host": str(self.folder), "port": self.port, "dbname": database, "user": SUPERUSER}
        with psycopg.connect(**where, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @property
    def environment(self) -> Mapping[str, str]:
        """What psql, pg_dump and their like must know to reach it as superuser."""
        return {
            "PGHOST": str(self.folder),
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
            "PATH": f"{programs()}:{os.environ['PATH']}",
        }

    def start(self) -> None:
        """Start it, where it is stopped, and wait until it answers."""
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, "-p", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_its_user("--pdeathsig", "INT"), *command, "-h", "127.0.0.1", *settings], stdout=log, stderr=log
            )
        _wait_for(self)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it by its process, breaking every connection off (SIGINT), or without any warning (SIGQUIT)."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    def kill(self) -> None:
        """Kill it and every process it started by SIGKILL, as if memory ran out, and wait until none is left."""
        if self.process:
            self.process.send_signal(signal.SIGSTOP)  # it starts nobody new meanwhile
            others = _children(self.process.pid)
            for pid in (*others, self.process.pid):
                os.kill(pid, signal.SIGKILL)
            self.process.wait(timeout=60)
            while any(Path(f"/proc/{pid}").exists() and _parent(pid) for pid in others):
                time.sleep(0.005)
            self.process = None


@contextmanager
def postgres_server(settings: Mapping[str, str] = QUICK) -> Iterator[Postgres]:
    """Run a PostgreSQL of our own until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="riskscore-postgres-"))
    owner = _its_user()
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    made = [programs() / "initdb", "-D", folder / "data", "-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--no-sync"]
    access = ["--auth-local=trust", "--auth-host=scram-sha-256"]
    server = Postgres(folder, _free_port(), settings=settings)
    try:
        subprocess.run([*_as_its_user(), *made, *access], check=True, stdout=subprocess.DEVNULL, cwd="/")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: Postgres, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if server.process is None or server.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError((server.folder / "log").read_text(encoding="utf-8")[-2000:]) from None
            time.sleep(0.05)
        else:
            return


def _children(pid: int) -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(int(path.name)) == pid]


def _parent(pid: int) -> int:
    """Return who started a process; 0 where it is gone, or dead and not yet buried."""
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    except OSError:
        return 0
    return 0 if state in "XZ" else int(parent)


def _its_user() -> pwd.struct_passwd:
    """Return who runs it: it refuses to be root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam(SUPERUSER if SUPERUSER in names else "nobody")


def _as_its_user(*more: str) -> list[str]:
    """Return the words before a command that run it as that user, ended (`more`) with the process that started it."""
    user = _its_user()
    other = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *other, *more] if other or more else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
