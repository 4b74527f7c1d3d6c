"""Rights on a real PostgreSQL: whoever forgets a condition, errs, or lets SQL slip in sees no row of another unit."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from riskscore.errors import DatabaseRightsError, SchemaVersionError, UnknownUnitError
from riskscore.store.connecting import connected
from riskscore.store.database import Base, QueueEvent, QueueItem, engine_of, insert_rows, transaction
from riskscore.store.desk_records import OutcomeRecord, ReferralRecord
from riskscore.store.rights import GRANTS, OF_A_UNIT, UNITS, Role, role_statements, unit_role
from riskscore.store.schema import upgrade
from tests.conftest import UNITS as CODES
from tests.postgres import Postgres
from tests.riskscore.store.rows import DAY, an_item

ITEMS = 40
OWN, FOREIGN = "NLRTM", "BEANR"
SLIPPED_IN = [
    "x' OR '1'='1",
    "x' OR unit = 'BEANR' --",
    "x' UNION ALL SELECT container_number, unit FROM queue_item --",
    "x' OR set_config('role', 'riskscore_unit_beanr', true) IS NOT NULL --",
    "x' OR set_config('row_security', 'off', false) IS NOT NULL --",
    "x'; SET ROLE riskscore_unit_beanr; SELECT container_number, unit FROM queue_item --",
    "x'; RESET ROLE; SELECT container_number, unit FROM queue_item --",
    "x'; COMMIT; SELECT container_number, unit FROM queue_item --",
    "x'; UPDATE queue_item SET state = 'released' --",
]


def event(unit: str, number: int = 1) -> dict[str, Any]:
    return {
        "queue_day": DAY,
        "unit": unit,
        "voyage_id": f"V{unit}",
        "container_number": f"MSKU{number:07d}",
        "action": "claim",
        "actor": "officer-1",
        "happened_at": datetime(2026, 5, 4, 7, 5, tzinfo=UTC),
    }


@pytest.fixture
def name(postgres: Postgres, postgres_database: str) -> str:
    """A database with a queue and an event of every unit."""
    with transaction(postgres.address(postgres_database, Role.PIPELINE)) as session:
        for unit in CODES:
            insert_rows(session, QueueItem, [an_item(position, unit) for position in range(1, ITEMS + 1)])
            insert_rows(session, QueueEvent, [event(unit)])
    return postgres_database


@pytest.fixture
def login(postgres: Postgres, name: str) -> Iterator[Any]:
    """Return a function that gives the address of a role; its connections are closed at the end."""
    given: set[str] = set()

    def address(role: Role) -> str:
        given.add(postgres.address(name, role))
        return postgres.address(name, role)

    yield address
    for url in given:
        engine_of(url).dispose()


@pytest.fixture
def desk(login: Any) -> str:
    return str(login(Role.DESK))


def units_seen(session: Session) -> set[str]:
    items = session.execute(text("SELECT unit FROM queue_item")).scalars().all()
    events = session.execute(text("SELECT unit FROM queue_event")).scalars().all()
    assert len(items) in {0, ITEMS, ITEMS * len(CODES)}
    return {*items, *events}


def test_a_unit_sees_its_own_rows_and_no_others(desk: str) -> None:
    for unit in CODES:
        with transaction(desk, unit=unit) as session:
            assert units_seen(session) == {unit}


def test_nothing_of_a_unit_is_left_in_a_connection_that_others_use_next(desk: str) -> None:
    """Many requests on few connections, some of which err or are given up: none sees a foreign row."""

    def request(number: int) -> set[str]:
        chance = random.Random(number)
        unit = chance.choice(CODES)
        try:
            with transaction(desk, unit=unit) as session:
                seen = units_seen(session)
                if chance.random() < 0.3:
                    session.execute(text("SELECT 1 / 0"))
                _given_up(chance.random() < 0.2)
        except (DBAPIError, InterruptedError):
            pass
        with pytest.raises(DatabaseRightsError), transaction(desk) as session:
            units_seen(session)
        return seen - {unit}

    with ThreadPoolExecutor(16) as many:
        assert set().union(*many.map(request, range(300))) == set()
    pool = engine_of(desk).pool
    assert pool.checkedout() == 0  # type: ignore[attr-defined]  # a queue of connections counts them


def _given_up(really: bool) -> None:
    if really:
        raise InterruptedError


def test_a_role_set_for_good_does_not_outlive_the_request(desk: str) -> None:
    with engine_of(desk).connect() as connection:
        connection.exec_driver_sql("SET ROLE riskscore_unit_beanr")
        connection.exec_driver_sql("SET statement_timeout = '1ms'")
        connection.commit()
    with transaction(desk) as session:
        assert session.scalar(text("SELECT current_user")) == Role.DESK
        assert session.scalar(text("SHOW statement_timeout")) == "0"


@pytest.mark.parametrize("value", SLIPPED_IN)
def test_a_hostile_value_is_a_value(desk: str, value: str) -> None:
    with transaction(desk, unit=OWN) as session:
        found = session.scalars(select(QueueItem).where(QueueItem.container_number == value))
        assert list(found) == []


@pytest.mark.parametrize("value", SLIPPED_IN)
def test_sql_that_slips_in_finds_nothing_of_another_unit(desk: str, value: str) -> None:
    """As if a query were put together from text, which none of ours is."""
    careless = f"SELECT container_number, unit FROM queue_item WHERE container_number = '{value}'"
    for times in range(2):  # a session goes on after what slipped in
        try:
            with transaction(desk, unit=OWN) as session:
                seen = {row[1] for row in session.connection().exec_driver_sql(careless)} | units_seen(session)
        except (DBAPIError, DatabaseRightsError):
            seen = set()
        assert seen <= {OWN}, times
    with transaction(desk, unit=FOREIGN) as session:
        assert set(session.scalars(select(QueueItem.state))) == {"open"}


def test_a_unit_changes_its_own_items_state_and_nothing_else(desk: str) -> None:
    with transaction(desk, unit=OWN) as session:
        assert session.execute(update(QueueItem).values(state="claimed")).rowcount == ITEMS
        assert session.execute(update(QueueItem).where(QueueItem.unit == FOREIGN).values(state="x")).rowcount == 0
        insert_rows(session, QueueEvent, [event(OWN, 2)])
    for statement in (
        update(QueueItem).values(unit=FOREIGN),
        update(QueueItem).values(probability=0.0),
        QueueItem.__table__.delete(),
        QueueItem.__table__.insert().values(an_item(99, OWN)),
        QueueEvent.__table__.insert().values({**event(FOREIGN), "detail": ""}),
    ):
        with pytest.raises(DatabaseRightsError), transaction(desk, unit=OWN) as session:
            session.execute(statement)
    with transaction(desk, unit=FOREIGN) as session:
        assert set(session.scalars(select(QueueItem.state))) == {"open"}


def test_the_owner_of_the_tables_sees_and_adds_no_row_of_a_unit(login: Any) -> None:
    with transaction(login(Role.OWNER)) as session:
        assert units_seen(session) == set()
    with pytest.raises(DatabaseRightsError, match="row-level security"), transaction(login(Role.OWNER)) as session:
        insert_rows(session, QueueItem, [an_item(99)])


@pytest.mark.parametrize("many", [1, 500])
def test_bulk_writes_are_held_to_the_unit_too(login: Any, many: int) -> None:
    with pytest.raises(DatabaseRightsError), transaction(login(Role.DESK), unit=OWN) as session:
        insert_rows(session, QueueEvent, [event(FOREIGN, number) for number in range(many)])


def test_the_auditor_reads_every_unit_and_changes_nothing(login: Any, desk: str) -> None:
    for url, door in ((login(Role.AUDITOR), {}), (desk, {"as_auditor": True})):
        with transaction(url, **door) as session:
            assert units_seen(session) == set(CODES)
        for refused in (
            "UPDATE queue_item SET state = 'x'",
            "DELETE FROM queue_event",
            "SELECT raw_line FROM quarantine_row",
            "SELECT cells FROM quarantine_row",
        ):
            with pytest.raises(DatabaseRightsError), transaction(url, **door) as session:
                session.execute(text(refused))


@pytest.mark.parametrize("statement", ["UPDATE queue_event SET actor = 'x'", "DELETE FROM queue_event"])
def test_nobody_rewrites_what_was_done(postgres: Postgres, name: str, login: Any, statement: str) -> None:
    for role in (Role.PIPELINE, Role.DESK, Role.AUDITOR):
        with pytest.raises(DatabaseRightsError), transaction(login(role)) as session:
            session.execute(text(statement))
    engine = connected(postgres.address(name))
    for refused in (statement, "TRUNCATE queue_event"):
        with pytest.raises(DBAPIError) as refusal, engine.begin() as connection:
            connection.exec_driver_sql(refused)
        assert refusal.value.orig.sqlstate == "23001"  # type: ignore[union-attr]  # psycopg tells it
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE queue_event SET actor = 'x'", "DELETE FROM queue_event", "INSERT OR REPLACE INTO queue_event {}"],
)
def test_sqlite_too_adds_events_and_changes_none(tmp_path: Any, statement: str) -> None:
    url = f"sqlite:///{tmp_path / 'riskscore.db'}"
    again = (
        "SELECT event_id, queue_day, unit, voyage_id, container_number, action, 'x', happened_at, detail, "
        "state_after, holder_after, version_after, token FROM queue_event"
    )
    with transaction(url) as session:
        insert_rows(session, QueueEvent, [event(OWN, number) for number in range(3)])
    with pytest.raises(DBAPIError, match="queue_event is append-only"), transaction(url) as session:
        session.execute(text(statement.format(again)))
    with transaction(url) as session:
        assert {(one.actor, one.happened_at) for one in session.scalars(select(QueueEvent))} == {
            ("officer-1", datetime(2026, 5, 4, 7, 5, tzinfo=UTC))
        }


def outcome(unit: str) -> dict[str, Any]:
    recorded = datetime(2026, 5, 4, 9, tzinfo=UTC)
    item = {"event_id": 7, "queue_day": DAY, "unit": unit, "voyage_id": "V", "container_number": "MSKU0000001"}
    found = {"inspection_id": "I7", "result": "nothing", "seal_numbers": [], "note": "", "file_name": None}
    return {**item, **found, "decided_at": recorded, "decided_by": "model", "recorded_at": recorded, "recorded_by": "a"}


def referral(unit: str) -> dict[str, Any]:
    item = {"event_id": 8, "queue_day": DAY, "unit": unit, "voyage_id": "V", "container_number": "MSKU0000001"}
    told = {"to_unit": FOREIGN, "reason": "transit", "actor": "a", "happened_at": datetime(2026, 5, 4, 9, tzinfo=UTC)}
    return {**item, **told, "probability": 0.5, "shown": {}}


@pytest.mark.parametrize("table", ["outcome", "referral"])
@pytest.mark.parametrize("change", ["UPDATE {} SET container_number = 'x'", "DELETE FROM {}"])
def test_what_became_of_an_item_stays_as_it_was_recorded_whoever_asks(
    postgres: Postgres, database_url: str, table: str, change: str
) -> None:
    """On PostgreSQL the superuser asks: no row of a unit is hidden from it and no right refused."""
    engine = engine_of(database_url)
    database = engine.url.database or ""
    asked = connected(postgres.address(database)) if engine.dialect.name == "postgresql" else engine
    with Session(asked) as session, session.begin():
        insert_rows(session, OutcomeRecord, [outcome(OWN)])
        insert_rows(session, ReferralRecord, [referral(OWN)])
    with pytest.raises(DBAPIError, match=f"SQLSTATE 23001|{table} is append-only"), asked.begin() as connection:
        connection.exec_driver_sql(change.format(table))
    with asked.begin() as connection:
        connection.exec_driver_sql("UPDATE outcome SET file_name = 'desk-NLRTM.jsonl'")
        assert connection.exec_driver_sql("SELECT file_name FROM outcome").scalars().all() == ["desk-NLRTM.jsonl"]
    asked.dispose()


def test_every_column_of_an_outcome_but_its_file_is_guarded(postgres: Postgres, name: str) -> None:
    guarded = (
        "SELECT tgrelid::regclass::text, cardinality(tgattr) FROM pg_trigger WHERE tgname = 'outcome_update_refused'"
    )
    assert postgres.execute(guarded, database=name) == [("outcome", len(OutcomeRecord.__table__.columns) - 1)]


@pytest.mark.parametrize("unit", ["", "NLRTM; RESET ROLE", "nlrtm", "riskscore_pipeline", "NLRTM\n", "NLRT1"])
def test_what_is_no_unit_gets_no_role(unit: str, tmp_path: Any) -> None:
    with pytest.raises(UnknownUnitError, match="is no unit"):
        unit_role(unit)
    if unit:
        with pytest.raises(UnknownUnitError), transaction(f"sqlite:///{tmp_path / 'x.db'}", unit=unit):
            pass


def test_a_unit_without_a_role_is_refused(desk: str) -> None:
    with pytest.raises((ProgrammingError, DBAPIError)), transaction(desk, unit="FRLEH"):
        pass


def test_every_table_says_who_may_use_it_and_whose_rows_it_holds(postgres: Postgres, name: str) -> None:
    assert GRANTS.keys() == {*Base.metadata.tables, "alembic_version"}
    of_people = {"account", "audit_record"}  # the desk keeps these itself; units add to the audit and never read it
    named = {table.name for table in Base.metadata.sorted_tables if "unit" in table.columns}
    assert OF_A_UNIT.keys() == named - of_people
    forced = postgres.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity", database=name
    )
    assert {table for (table,) in forced} == OF_A_UNIT.keys()
    views = "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    assert postgres.execute(views, database=name) == [], "a view shows what its owner may see, unless security_invoker"


def test_roles_may_do_what_is_written_and_nothing_else(postgres: Postgres, name: str) -> None:
    asked = (
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_schema = 'public'"
    )
    whole = {(table, role, right) for table, role, right in postgres.execute(asked, database=name)}
    roles = {UNITS: [unit_role(unit) for unit in CODES]}
    written = {
        (table, role, right)
        for table, grants in GRANTS.items()
        for to, rights in grants.items()
        for role in roles.get(to, [str(to)])
        for right in rights
        if "(" not in right
    }
    backup = {(table, str(Role.BACKUP), "SELECT") for table in GRANTS}
    assert {grant for grant in whole if grant[1] != Role.OWNER} == written | backup
    logins = postgres.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'riskscore%' AND rolcanlogin")
    assert {role for (role,) in logins} == set(Role)
    public = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
    assert postgres.execute(public, database=name) == [(False,)]


def test_a_unit_that_joins_later_gets_its_role_and_its_rows(postgres: Postgres, name: str, login: Any) -> None:
    for statement in role_statements([*CODES, "FRLEH"]):
        postgres.execute(statement, database=name)
    engine: Engine = connected(postgres.address(name))
    upgrade(engine)
    engine.dispose()
    with transaction(login(Role.PIPELINE)) as session:
        insert_rows(session, QueueItem, [an_item(position, "FRLEH") for position in range(1, ITEMS + 1)])
    with transaction(login(Role.DESK), unit="FRLEH") as session:
        assert units_seen(session) == {"FRLEH"}
    postgres.execute(f"DROP OWNED BY {unit_role('FRLEH')}", database=name)
    postgres.execute(f"DROP ROLE {unit_role('FRLEH')}")


def test_a_role_without_rights_is_told_what_to_do(postgres: Postgres) -> None:
    bare = postgres.make_database()
    with pytest.raises(SchemaVersionError, match="riskscore database upgrade"):
        engine_of(postgres.address(bare, Role.PIPELINE))
    postgres.drop_database(bare)
