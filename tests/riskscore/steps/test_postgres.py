"""A day on PostgreSQL leaves what it leaves on SQLite: the same queues, ledger, quarantine, facts and bundles."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import update

from riskscore import steps
from riskscore.errors import DatabaseUnavailableError, StaleRunError, SurroundingsError
from riskscore.settings import Settings
from riskscore.steps import queueing
from riskscore.store.database import QueueItem, engine_of, transaction
from riskscore.store.rights import Role
from tests.crash.left import accounted
from tests.crash.proof import placed
from tests.postgres import Postgres
from tests.riskscore.steps.small_world import DAY, STEPS, SmallWorld, content, differences, on_postgres, whole_day


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path, postgres: Postgres, postgres_database: str) -> Iterator[Settings]:
    """A home before the live day whose database is PostgreSQL, as the pipeline's role."""
    with on_postgres(small_world.copy("learned", tmp_path), postgres, postgres_database) as moved_home:
        yield moved_home


@pytest.mark.slow
def test_a_day_on_postgresql_leaves_the_same(
    settings: Settings, small_world: SmallWorld, postgres: Postgres, postgres_database: str
) -> None:
    whole_day(settings)
    assert differences(content(settings), small_world.left()) == []
    assert not (settings.home / "riskscore.db").exists()
    first = steps.queue_list(settings, "NLRTM", DAY)
    desk = postgres.address(postgres_database, Role.DESK)
    with transaction(desk, unit="NLRTM") as session:
        session.execute(update(QueueItem).where(QueueItem.position == 1).values(state="claimed", version=1))
    engine_of(desk).dispose()
    with ThreadPoolExecutor(2) as twice:
        list(twice.map(lambda _: _landed_unless_overtaken(settings), range(2)))
    STEPS["fill_queues"](settings)
    again = steps.queue_list(settings, "NLRTM", DAY)
    assert again.rows["state"].tolist() == ["claimed", *first.rows["state"].tolist()[1:]]
    assert again.rows.drop(columns="state").equals(first.rows.drop(columns="state"))


def _landed_unless_overtaken(settings: Settings) -> None:
    with suppress(StaleRunError):
        steps.land(settings, DAY)


@pytest.mark.slow
def test_a_postgresql_killed_under_a_step_is_told_and_the_same_again_completes(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with placed(small_world, tmp_path) as place, place.day("day", {}) as day:
        for task in list(STEPS)[: list(STEPS).index("fill_queues")]:
            STEPS[task](day.settings)
        monkeypatch.setattr(queueing, "insert_rows", lambda *_: place.server.kill())
        with pytest.raises(DatabaseUnavailableError, match=r"broke off.*run the same again") as lost:
            STEPS["fill_queues"](day.settings)
        assert isinstance(lost.value, SurroundingsError)
        with pytest.raises(SurroundingsError, match="does not answer"):
            STEPS["fill_queues"](day.settings)
        place.server.start()
        monkeypatch.undo()
        for task in list(STEPS)[list(STEPS).index("fill_queues") :]:
            STEPS[task](day.settings)
        assert accounted(day.settings)[1] == 1, "the run that lost its database could not say that it ended"
        assert differences(content(day.settings), small_world.left()) == []
