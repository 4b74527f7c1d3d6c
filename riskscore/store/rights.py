"""Who may do what in PostgreSQL: roles, what each may do with which table, and whose rows it sees."""

import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from riskscore.errors import SettingsError, UnknownUnitError

UNIT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
UNIT_ROLE = "riskscore_unit_"


class Role(StrEnum):
    """Roles that log in; a unit's own cannot: the desk takes it on for one transaction."""

    OWNER = "riskscore_owner"
    """owns the tables and migrates them; sees no row of a unit"""
    PIPELINE = "riskscore_pipeline"
    """takes in, scores, fills queues"""
    DESK = "riskscore_desk"
    """serves officers: sees no unit's rows but in the name of that unit"""
    AUDITOR = "riskscore_auditor"
    """reads what was decided and done, of every unit, and no line of a sender"""
    BACKUP = "riskscore_backup"
    """reads everything, to copy it"""


UNITS = "units"
"""Stands for every unit's role."""
READ, ADD, REMOVE = "SELECT", "INSERT", "DELETE"

GRANTS: Mapping[str, Mapping[str, Collection[str]]] = {
    "alembic_version": {Role.PIPELINE: [READ], Role.DESK: [READ], Role.AUDITOR: [READ], UNITS: [READ]},
    "delivery": {
        Role.PIPELINE: [READ, ADD, "UPDATE"],
        Role.DESK: [READ, "UPDATE (accepted_rows, quarantined_rows)"],
        Role.AUDITOR: [READ],
    },
    "quarantine_row": {
        Role.PIPELINE: [READ, ADD, "UPDATE", REMOVE],
        Role.DESK: [READ, "UPDATE (state)"],
        Role.AUDITOR: ["SELECT (id, delivery_id, row_number, feed, state)"],
    },
    "finding": {Role.PIPELINE: [READ, ADD, REMOVE], Role.AUDITOR: [READ]},
    "closed_day": {Role.PIPELINE: [READ, ADD], Role.DESK: [READ], Role.AUDITOR: [READ]},
    "queue_item": {
        Role.PIPELINE: [READ, ADD, REMOVE, "UPDATE (state)"],
        Role.AUDITOR: [READ],
        UNITS: [READ, "UPDATE (state, holder, version)"],
    },
    "queue_event": {Role.PIPELINE: [READ, ADD], Role.AUDITOR: [READ], UNITS: [READ, ADD]},
    "export": {Role.PIPELINE: [READ, ADD], Role.AUDITOR: [READ]},
    # a row put right at the desk is a run like any other: with its lease, its record and the code it ran
    "code_version": {Role.PIPELINE: [READ, ADD], Role.DESK: [READ, ADD], Role.AUDITOR: [READ]},
    "step_run": {Role.PIPELINE: [READ, ADD, "UPDATE"], Role.DESK: [READ, ADD, "UPDATE"], Role.AUDITOR: [READ]},
    "run_partition": {Role.PIPELINE: [READ, ADD], Role.DESK: [READ, ADD], Role.AUDITOR: [READ]},
    "step_lease": {Role.PIPELINE: [READ, ADD, "UPDATE"], Role.DESK: [READ, ADD, "UPDATE"], Role.AUDITOR: [READ]},
    "account": {Role.DESK: [READ, ADD, "UPDATE"], UNITS: ["SELECT (name, unit, role, is_enabled)"]},
    "desk_session": {Role.DESK: [READ, ADD, "UPDATE"]},
    "login_failures": {Role.DESK: [READ, ADD, "UPDATE", REMOVE]},
    "audit_record": {Role.DESK: [ADD], Role.AUDITOR: [READ, ADD], UNITS: [ADD]},
    "outcome": {Role.PIPELINE: [READ, "UPDATE (file_name)"], Role.AUDITOR: [READ], UNITS: [READ, ADD]},
    "outcome_file": {Role.PIPELINE: [READ, ADD, "UPDATE"], Role.AUDITOR: [READ]},
    "referral": {Role.AUDITOR: [READ], UNITS: [READ, ADD]},
    "search_term": {Role.PIPELINE: [READ, ADD, REMOVE], Role.AUDITOR: [READ], UNITS: [READ]},
}
"""Table -> role -> what it may do. What is not written here, nobody but the owner may."""

OF_A_UNIT: Mapping[str, str] = {
    "queue_item": "unit",
    "queue_event": "unit",
    "outcome": "unit",
    "referral": "unit",
    "search_term": "unit",
}
"""Table -> the column that says whose row it is: units see their own, the others of these roles all."""
SHOWN_TO: Mapping[str, str] = {"referral": "to_unit"}
"""Table -> the column that names a second unit, which sees the row and may not write such a one."""
SEQUENCES = text(
    "SELECT pg_get_serial_sequence(:table, attname) FROM pg_attribute "
    "WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped"
)
SEE_EVERY_UNIT = (Role.PIPELINE, Role.AUDITOR)


def unit_role(unit: str) -> str:
    """Return the role of a unit; raises UnknownUnitError for what is no UN/LOCODE."""
    if not UNIT.fullmatch(unit):
        raise UnknownUnitError(unit=unit)
    return UNIT_ROLE + unit.lower()


def role_statements(units: Collection[str]) -> list[str]:
    """Return the SQL, for an administrator, that makes every role and opens this database to them and nobody else.

    It may be run again: after a unit was added, or on a database that was restored. It sets no password.
    """
    logins = [str(role) for role in Role]
    made = [_made(login, "LOGIN NOINHERIT") for login in logins] + [_made(unit_role(unit), "NOLOGIN") for unit in units]
    taken_on = ", ".join([*map(unit_role, units), Role.AUDITOR])
    return [
        *made,
        f"ALTER ROLE {Role.BACKUP} BYPASSRLS",
        f"GRANT {taken_on} TO {Role.DESK}",
        _on_this_database("REVOKE ALL ON DATABASE %I FROM PUBLIC"),
        _on_this_database(f"GRANT CONNECT ON DATABASE %I TO {', '.join(logins)}"),
        _on_this_database(f"GRANT TEMPORARY ON DATABASE %I TO {Role.PIPELINE}"),
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {', '.join([*logins, *map(unit_role, units)])}",
        f"GRANT CREATE ON SCHEMA public TO {Role.OWNER}",
        _owned("pg_tables", "tablename", "schemaname = 'public'", "TABLE"),
        _owned("pg_proc", "proname", "proname = 'refuse_change'", "FUNCTION"),
        # SQL that slipped into a value could take on another role with it, as SET ROLE cannot.
        "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {Role.BACKUP}, {Role.OWNER}",
    ]


def make_roles(engine: Engine, statements: Collection[str], passwords: Path | None) -> list[str]:
    """Run `role_statements`, set the passwords that files in a folder hold, and grant rights on what is there.

    The server is sent no password, only what checks one. Returns the roles whose password was set; raises
    SettingsError for another database than PostgreSQL and for a file that cannot be read.
    """
    if engine.dialect.name != "postgresql":
        raise SettingsError("SQLite has no roles: whoever may read the file sees all of it. Nothing is to be done.")
    found = _passwords(passwords) if passwords else {}
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        driver: Any = connection.connection.driver_connection
        for role, password in found.items():
            checks = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD '{checks}'")
        become_owner(connection)
        grant_rights(connection)
    return sorted(found)


def _passwords(folder: Path) -> dict[str, str]:
    try:
        files = {role.value: folder / role for role in Role if (folder / role).exists()}
        found = {role: file.read_text(encoding="utf-8").rstrip("\r\n") for role, file in files.items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"A password file in {folder} cannot be read ({type(error).__name__}).") from None
    if not all(found.values()) or not found:
        raise SettingsError(f"{folder} wants files that are called like roles, {', '.join(Role)}, none of them empty.")
    return found


def become_owner(connection: Connection) -> None:
    """Act as the tables' owner for the rest of the connection, where there is such a role and we may."""
    asked = (
        "SELECT pg_has_role(current_user, oid, 'MEMBER') AND has_schema_privilege(oid, 'public', 'CREATE') "
        "FROM pg_roles WHERE rolname = :owner"
    )
    if connection.scalar(text(asked), {"owner": Role.OWNER}):
        connection.exec_driver_sql(f"SET ROLE {Role.OWNER}")


def grant_rights(connection: Connection) -> None:
    """Give every role that is there its rights on every table that is there, and nothing else."""
    roles = set(connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'riskscore\\_%'")))
    tables = set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
    if not roles >= set(Role):
        return
    others = sorted(roles - {Role.OWNER})
    for kind in ("TABLES", "SEQUENCES"):
        connection.exec_driver_sql(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {', '.join(others)}")
        connection.exec_driver_sql(f"GRANT SELECT ON ALL {kind} IN SCHEMA public TO {Role.BACKUP}")
    for table in sorted(tables & GRANTS.keys()):
        for statement in _grants(connection, table, roles):
            connection.exec_driver_sql(statement)
    for table in sorted(tables & OF_A_UNIT.keys()):
        for statement in _missing_policies(connection, table, roles):
            connection.exec_driver_sql(statement)


def _grants(connection: Connection, table: str, roles: Collection[str]) -> Iterator[str]:
    sequences = [name for name in connection.scalars(SEQUENCES, {"table": table}) if name]
    for to, rights in GRANTS[table].items():
        named = ", ".join(sorted(_units_among(roles))) if to == UNITS else str(to)
        if not named:
            continue
        yield f"GRANT {', '.join(_on_what_is_there(connection, table, rights))} ON {table} TO {named}"
        if ADD in rights:
            yield from (f"GRANT USAGE ON SEQUENCE {sequence} TO {named}" for sequence in sequences)


def _on_what_is_there(connection: Connection, table: str, rights: Collection[str]) -> Iterator[str]:
    """Yield rights without the columns that an older version of the table does not have."""
    there = {column["name"] for column in inspect(connection).get_columns(table)}
    for right in rights:
        action, _, columns = right.rstrip(")").partition(" (")
        known = [column for column in columns.split(", ") if column in there]
        yield f"{action} ({', '.join(known)})" if columns else action


def _missing_policies(connection: Connection, table: str, roles: Collection[str]) -> Iterator[str]:
    """Yield what makes the policies that are not there yet, so that a second run locks nothing."""
    there = set(
        connection.scalars(text("SELECT policyname FROM pg_policies WHERE tablename = :table"), {"table": table})
    )
    for role in SEE_EVERY_UNIT:
        if role not in there:
            yield f"CREATE POLICY {role} ON {table} TO {role} USING (true) WITH CHECK (true)"
    for unit in sorted(_units_among(roles) - there):
        itself = f"'{unit.removeprefix(UNIT_ROLE).upper()}'"
        mine = f"{OF_A_UNIT[table]} = {itself}"
        seen = f"{mine} OR {SHOWN_TO[table]} = {itself}" if table in SHOWN_TO else mine
        yield f"CREATE POLICY {unit} ON {table} TO {unit} USING ({seen}) WITH CHECK ({mine})"


def _units_among(roles: Collection[str]) -> set[str]:
    return {
        role for role in roles if UNIT.fullmatch(role.removeprefix(UNIT_ROLE).upper()) and role.startswith(UNIT_ROLE)
    }


def _made(role: str, kind: str) -> str:
    return f"DO $$ BEGIN CREATE ROLE {role} {kind}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"


def _owned(catalogue: str, name: str, which: str, kind: str) -> str:
    """Return what hands over things that somebody else made, such as a restore."""
    change = f"format('ALTER {kind} public.%I OWNER TO {Role.OWNER}', one.name)"
    each = f"SELECT {name} AS name FROM {catalogue} WHERE {which}"  # noqa: S608 names of our own
    return f"DO $$ DECLARE one record; BEGIN FOR one IN {each} LOOP EXECUTE {change}; END LOOP; END $$"


def _on_this_database(statement: str) -> str:
    return f"DO $$ BEGIN EXECUTE format('{statement}', current_database()); END $$"
