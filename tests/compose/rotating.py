"""Rotate every secret of docker-compose.yml as dags/README.md says, and find out that the old ones are refused."""

import base64
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.compose.reading import HERE, REPOSITORY, Mapped, document

WANT_NOTHING_MORE = (
    *("riskscore_desk", "riskscore_owner", "riskscore_pipeline"),
    *("airflow_password", "redis_password", "api_secret_key", "jwt_secret"),
)
"""Secrets that are removed, made again and handed out."""
OF_POSTGRESQL = {
    "postgres_password": ("postgres", "postgres"),
    "airflow_password": ("airflow", "airflow"),
    "riskscore_owner": ("riskscore_owner", "riskscore"),
    "riskscore_pipeline": ("riskscore_pipeline", "riskscore"),
    "riskscore_desk": ("riskscore_desk", "riskscore"),
}
"""Secret -> the role whose password it is, and a database that role may connect to."""


def make_secrets(mapped: Mapped) -> None:
    """Write the secrets that are not there as an operator would, and name this machine in them."""
    made = ["make", "--file", str(REPOSITORY / "Makefile"), "secrets"]
    subprocess.run(made, cwd=mapped.folder, check=True, capture_output=True)
    lake = mapped.folder / "secrets" / "lake"  # a second time it names this machine already
    lake.write_text(mapped.here(lake.read_text(encoding="utf-8")), encoding="utf-8")


def rotate(mapped: Mapped, recreate: Callable[[], None], *, with_airflow: bool = True) -> list[str]:
    """Give every secret a new value while all runs, recreate the services; return what changed.

    Raises RuntimeError where a secret stayed what it was, an old password still opens the database, or a new one does
    not. Without Airflow, its key and its administrator are left out.
    """
    secrets = mapped.folder / "secrets"
    before = read(secrets)
    _superuser(mapped, secrets / "postgres_password")
    for name in (*WANT_NOTHING_MORE, "object_store_password", "lake"):
        (secrets / name).unlink()
    make_secrets(mapped)
    if with_airflow:
        newest = base64.urlsafe_b64encode(os.urandom(32)).decode()
        (secrets / "fernet_key").write_text(f"{newest},{before['fernet_key']}", encoding="utf-8")
    recreate()
    if with_airflow:
        _as_airflow(mapped, "rotate-fernet-key")
        (secrets / "fernet_key").write_text(newest, encoding="utf-8")
        _administrator(mapped, secrets / "admin_password")
    changed = [name for name, was in before.items() if read(secrets)[name] != was]
    _require_new(mapped, before, changed, with_airflow=with_airflow)
    return changed


def read(secrets: Path) -> dict[str, str]:
    """Return every secret by its name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(secrets.iterdir())}


def opens(mapped: Mapped, secret: str, password: str) -> bool:
    """Tell whether a password opens the database for the role whose secret it is."""
    role, database = OF_POSTGRESQL[secret]
    where = {"host": HERE, "port": mapped.ports[5432], "user": role, "dbname": database}
    try:
        psycopg.connect(**where, password=password, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            raise
        return False
    return True


def _superuser(mapped: Mapped, file: Path) -> None:
    r"""Change the superuser's password by psql's \password, which asks for it twice, then write it into its file."""
    new = base64.urlsafe_b64encode(os.urandom(36)).decode()
    reach = mapped.services["databases"].environment | {"PGPASSWORD": file.read_text(encoding="utf-8")}
    _ask(["psql", "--username=postgres", "--command", r"\password"], reach, f"{new}\n{new}\n")
    file.write_text(new, encoding="utf-8")


def _administrator(mapped: Mapped, file: Path) -> None:
    new = base64.urlsafe_b64encode(os.urandom(24)).decode()
    _as_airflow(mapped, "users", "reset-password", "--username", "admin", typed=f"{new}\n{new}\n")
    file.write_text(new, encoding="utf-8")


def _as_airflow(mapped: Mapped, *words: str, typed: str = "") -> None:
    _ask(["airflow", *words], mapped.services["scheduler"].environment, typed)


def _ask(command: list[str], environment: dict[str, str], typed: str) -> None:
    """Run a command that asks for passwords where nobody has a terminal; raise RuntimeError where it fails."""
    done = subprocess.run(
        command, env=environment, input=typed, text=True, capture_output=True, check=False, start_new_session=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} left with {done.returncode}: {done.stderr[-1000:]}")


def _require_new(mapped: Mapped, before: dict[str, str], changed: list[str], *, with_airflow: bool) -> None:
    kept = {"object_store_user"} if with_airflow else {"object_store_user", "fernet_key", "admin_password"}
    if same := set(document()["secrets"]) - set(changed) - kept:
        raise RuntimeError(f"They stayed what they were: {sorted(same)}")
    now = read(mapped.folder / "secrets")
    for secret in OF_POSTGRESQL:
        if opens(mapped, secret, before[secret]) or not opens(mapped, secret, now[secret]):
            raise RuntimeError(f"{secret}: the old one is taken, or the new one is not")
