"""Fixtures of the desk: queues made by hand on either database, and the small world."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from riskscore.desk import Desk
from riskscore.settings import Settings
from riskscore.store.database import engine_of
from riskscore.store.rights import Role
from tests.riskscore.desk.made_queue import TODAY, Hands, desk_with_queues
from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]


@pytest.fixture(scope="session")
def queues_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with queues, to be copied."""
    settings = Settings(home=tmp_path_factory.mktemp("queues"), today=TODAY)
    desk_with_queues(settings)
    engine_of(settings.database).dispose()
    return settings.home / "riskscore.db"


@pytest.fixture
def desk(queues_template: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite over two units' queues."""
    settings = Settings(home=tmp_path / "home", today=TODAY)
    settings.home.mkdir()
    shutil.copy(queues_template, settings.home / "riskscore.db")
    engine = engine_of(settings.database)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    engine.dispose()  # what is opened from now on does not wait for the disk
    yield Desk(settings, Hands())
    engine.dispose()


@pytest.fixture
def guarded_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk on PostgreSQL, where it is the database that keeps units apart: it logs in as the desk's own role."""
    name, server = request.getfixturevalue("postgres_database"), request.getfixturevalue("postgres")
    desk_with_queues(Settings(home=tmp_path / "home", today=TODAY, database_url=server.address(name, Role.PIPELINE)))
    settings = Settings(home=tmp_path / "home", today=TODAY, database_url=server.address(name, Role.DESK))
    yield Desk(settings, Hands())
    for role in (Role.PIPELINE, Role.DESK):
        engine_of(server.address(name, role)).dispose()
