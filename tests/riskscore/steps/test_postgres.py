"""A day on PostgreSQL leaves what it leaves on SQLite: the same queues, ledger, quarantine, facts and bundles."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from riskscore import steps
from riskscore.settings import Settings
from riskscore.store.database import Base, QueueItem, engine_of, insert_rows, transaction
from riskscore.store.rights import Role
from tests.postgres import Postgres
from tests.riskscore.steps.small_world import DAY, STEPS, SmallWorld, content, differences, whole_day


def moved(source: str, target: str) -> None:
    """Copy every row to another database, and let its numbers go on from there."""
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        with transaction(source) as reading, transaction(target) as writing:
            insert_rows(writing, mapper.class_, [dict(row) for row in reading.execute(select(table)).mappings()])
            if (key := table.autoincrement_column) is not None:
                last = f"SELECT max({key.name}) FROM {table.name}"
                writing.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), ({last}))"))


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path, postgres: Postgres, postgres_database: str) -> Iterator[Settings]:
    """A home before the live day whose database is PostgreSQL, as the pipeline's role."""
    home = small_world.copy("learned", tmp_path)
    moved(home.database, postgres.address(postgres_database))
    engine_of(postgres.address(postgres_database)).dispose()
    Path(home.database.removeprefix("sqlite:///")).unlink()
    yield home.model_copy(update={"database_url": postgres.address(postgres_database, Role.PIPELINE)})
    engine_of(postgres.address(postgres_database, Role.PIPELINE)).dispose()


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
        session.execute(update(QueueItem).where(QueueItem.position == 1).values(state="claimed"))
    engine_of(desk).dispose()
    with ThreadPoolExecutor(2) as twice:
        list(twice.map(lambda _: steps.land(settings, DAY), range(2)))
    STEPS["fill_queues"](settings)
    again = steps.queue_list(settings, "NLRTM", DAY)
    assert again.rows["state"].tolist() == ["claimed", *first.rows["state"].tolist()[1:]]
    assert again.rows.drop(columns="state").equals(first.rows.drop(columns="state"))
