"""Secrets of docker-compose.yml are rotated under a running PostgreSQL and desk, and both go on."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest

from tests.compose.reading import HERE, Mapped, document
from tests.compose.rotating import OF_POSTGRESQL, opens, read, rotate
from tests.compose.run_here import Proof, Stand, first_page, running
from tests.postgres import is_installed

ENOUGH = {"postgres", "objects", "object-store", "databases", "roles", "records", "bucket", "web"}
"""What the desk wants."""


@pytest.fixture
def stand(folder: Path) -> Iterator[Stand]:
    """PostgreSQL and the desk, as the file starts them."""
    if not (is_installed() or os.environ.get("CI")):
        pytest.skip("no PostgreSQL on this machine: `apt-get install postgresql`")
    with running(folder, Proof(), without=set(document()["services"]) - ENOUGH) as standing:
        yield standing


def health(mapped: Mapped) -> tuple[int, str]:
    """Return what the desk says of the database, with the status of its answer."""
    address = mapped.services["web"].environment["RISKSCORE_WEB_ADDRESS"]
    try:
        with urlopen(f"{address}/health", timeout=60) as answer:
            return answer.status, json.loads(answer.read())["checks"]["database"]
    except HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())["checks"]["database"]


def breaks_off(mapped: Mapped, password: str) -> None:
    """End every connection of the desk to its database, as a server does that is started again."""
    where = {"host": HERE, "port": mapped.ports[5432], "user": "postgres", "password": password}
    with psycopg.connect(**where, autocommit=True) as session:
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'riskscore_desk'")


@pytest.mark.slow
def test_the_desk_goes_on_with_new_secrets_and_the_old_ones_open_nothing(stand: Stand) -> None:
    secrets, mapped = stand.mapped.folder / "secrets", stand.mapped
    before = read(secrets)
    assert [secret for secret in OF_POSTGRESQL if not opens(mapped, secret, before[secret])] == []
    changed = rotate(mapped, stand.recreate, with_airflow=False)
    assert set(changed) >= {*OF_POSTGRESQL, "redis_password", "api_secret_key", "jwt_secret", "lake"}
    assert read(secrets)["object_store_password"] in read(secrets)["lake"]
    assert health(mapped) == (200, "ok")
    assert first_page(mapped.services["web"]).count('type="password"') == 1

    now = read(secrets)
    (secrets / "riskscore_desk").write_text(before["riskscore_desk"], encoding="utf-8")
    breaks_off(mapped, now["postgres_password"])
    assert health(mapped) == (503, "failing"), "the desk's health does not show that its password is refused"
    (secrets / "riskscore_desk").write_text(now["riskscore_desk"], encoding="utf-8")
    assert health(mapped) == (200, "ok"), "the next connection reads the file again"


@pytest.mark.slow
def test_where_nobody_told_the_database_it_is_found(stand: Stand) -> None:
    with pytest.raises(RuntimeError, match="the old one is taken, or the new one is not"):
        rotate(stand.mapped, lambda: None, with_airflow=False)
