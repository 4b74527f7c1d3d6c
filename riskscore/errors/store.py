"""Errors of the lake and the database."""

from collections.abc import Iterable

from riskscore.errors.told import RiskscoreError, listed


class StoreError(RiskscoreError):
    """The lake or the database cannot do what was asked."""


class LakeAccessError(StoreError):
    """An object store does not do what the lake asks of it; its own words are not repeated, they may hold keys."""

    def __init__(self, *, address: str, problem: str, remedy: str) -> None:
        super().__init__(f"The lake at {address}: {problem}. {remedy} Nothing is half written: run the same again.")


class DatabaseRightsError(StoreError):
    """The database does not let this role do that."""

    def __init__(self, *, refusal: str) -> None:
        super().__init__(
            f"The database refuses: {refusal}. Log in (RISKSCORE_DATABASE_URL) with the role for this work; "
            "`riskscore database roles` prints who may do what, `riskscore database upgrade` grants it."
        )


class SchemaVersionError(StoreError):
    """The database's tables are not those of this version."""

    def __init__(self, *, found: str, wanted: str, then: str) -> None:
        super().__init__(f"The database's tables are at {found or 'no version'}, here {wanted} is wanted. {then}")


class UnknownUnitError(StoreError):
    """A unit's code is none."""

    def __init__(self, *, unit: str) -> None:
        super().__init__(f"{unit[:20]!r} is no unit: write its UN/LOCODE, such as NLRTM.")


class SchemaMismatchError(StoreError):
    """A frame does not fit the table it is written to."""

    def __init__(self, *, table: str, missing: Iterable[str], unknown: Iterable[str]) -> None:
        super().__init__(
            f"Table {table}: missing column(s) {listed(missing)}; unknown column(s) {listed(unknown)}. "
            f"Change the frame, or the contract data_contracts/internal/{table}.odcs.yaml."
        )


class UnknownTableError(StoreError):
    """Nobody declared a table of that name."""

    def __init__(self, *, table: str, known: Iterable[str]) -> None:
        super().__init__(
            f"No table {table!r}; declared are {listed(known)}. "
            f"A table is declared by a contract in data_contracts/internal/."
        )
