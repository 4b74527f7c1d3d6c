"""The commands for whoever looks after the database, on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from riskscore.store.database import engine_of, transaction
from riskscore.store.rights import Role
from riskscore.store.schema import versions
from tests.postgres import Postgres
from tests.riskscore.cli.conftest import Command

FIRST, NEWEST = versions()[0], versions()[-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An administrator's address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'riskscore.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.make_database()
    yield server.address(name)
    server.drop_database(name)


def test_status_upgrade_and_downgrade(command: Command, url: str) -> None:
    ran = command("database", "status", database_url=url)
    assert (ran.code, ran.out) == (2, f"tables at no version; this release wants {NEWEST}\n")
    assert "riskscore database upgrade" in ran.err
    assert command("database", "upgrade", database_url=url).out == f"tables at {NEWEST}\n"
    ran = command("database", "status", database_url=url)
    assert (ran.code, ran.out, ran.err) == (0, f"tables at {NEWEST}; this release wants {NEWEST}\n", "")
    assert command("database", "downgrade", "--to", FIRST, database_url=url).out == f"tables at {FIRST}\n"
    assert command("database", "downgrade", "--to", "base", database_url=url).out == "tables at no version\n"
    ran = command("database", "downgrade", "--to", "nonsense", database_url=url)
    assert (ran.code, ran.out) == (2, "")
    assert "nonsense" in ran.err


def test_a_command_on_postgresql_that_is_behind_says_what_to_run(command: Command, postgres: Postgres) -> None:
    name = postgres.make_database()
    ran = command("deliveries", database_url=postgres.address(name))
    assert (ran.code, ran.out) == (2, "")
    assert "riskscore database upgrade" in ran.err
    postgres.drop_database(name)


def test_roles_are_printed_without_a_password_or_made(command: Command, postgres: Postgres, tmp_path: Path) -> None:
    printed = command("database", "roles").out
    assert all(f"CREATE ROLE {role} " in printed for role in [*Role, "riskscore_unit_nlrtm"])
    assert "PASSWORD" not in printed
    name = postgres.make_database()
    (tmp_path / Role.DESK).write_text("hush", encoding="utf-8")
    ran = command("database", "roles", "--apply", "--passwords", tmp_path, database_url=postgres.address(name))
    assert (ran.code, ran.out) == (0, f"roles made; passwords set: {Role.DESK}\n")
    owner = postgres.address(name, Role.OWNER)
    assert command("database", "upgrade", database_url=owner).code == 0
    desk, file = postgres.over_tcp(name, Role.DESK), tmp_path / Role.DESK
    assert command("database", "status", database_url=desk, database_password_file=file).code == 0
    with transaction(f"{desk}?password_file={file}", unit="NLRTM") as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM queue_item").scalar() == 0
    engine_of(f"{desk}?password_file={file}").dispose()
    postgres.drop_database(name)


def test_sqlite_has_no_roles(command: Command, tmp_path: Path) -> None:
    ran = command("database", "roles", "--apply", home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "SQLite has no roles" in ran.err
