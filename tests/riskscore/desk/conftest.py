"""Fixtures of the desk: queues made by hand, and the small world."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from riskscore.desk import Desk
from riskscore.settings import Settings
from riskscore.store.database import engine_of
from tests.riskscore.desk.made_queue import TODAY, desk_with_queues
from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite over two units' queues."""
    settings = Settings(home=tmp_path / "home", today=TODAY)
    engine = engine_of(settings.database)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    engine.dispose()  # what is opened from now on does not wait for the disk
    yield desk_with_queues(settings)
    engine.dispose()
