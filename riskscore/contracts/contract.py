"""A contract as the engine sees it: columns, rules, key, limits and terms, read from ODCS by `odcs`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from riskscore.contracts.vocabulary import Vocabulary
from riskscore.store.table import TableSchema

UNIQUE_KEY = "unique_key"
"""The rule that a delivery has no key twice."""

Severity = Literal["error", "warning"]

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
"""Kinds of column -> how the lake stores them."""


@dataclass(frozen=True)
class Rule:
    """One thing that must hold, in one place: what findings, the suite and Data Docs all name."""

    name: str
    """How findings call it: `required`, `code_list`, `loaded_after_booked` ..."""
    test: str
    """Which test judges it: a key of `offences.TESTS` or `suite.NATIVE`."""
    columns: tuple[str, ...]
    """Columns it looks at; the first is the one to repair."""
    meaning: str
    """What must hold, worded to follow the column's name: `must be on code list locode`."""
    severity: Severity = "error"
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The columns as one text."""
        return ", ".join(self.columns)


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, sentence, and the rules on its values after presence and kind."""

    name: str
    kind: str
    description: str
    required: bool = False
    personal: bool = False
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Terms:
    """Whose the rows are, how they must be handled, what for, and for how long."""

    originator: str
    handling_code: str
    purpose: str
    retention_days: int


@dataclass(frozen=True)
class Limits:
    """What a delivery must keep to be taken in at all."""

    min_rows: int = 1
    max_rows: int | None = None
    max_quarantined_percent: float | None = None
    judged_from_rows: int = 1
    """A smaller delivery is not held against that share: of three rows it says nothing."""


@dataclass(frozen=True)
class Contract:
    """What one table must look like, and on what terms we hold it."""

    name: str
    version: str
    description: str
    feed: str | None
    """The parser whose rows it judges; None for internal and outbound tables."""
    lake_table: str
    stored_as: str
    """`file`, `delta table` or `sql table`."""
    terms: Terms
    columns: tuple[Column, ...]
    row_rules: tuple[Rule, ...]
    key: tuple[str, ...]
    partition: str
    limits: Limits
    vocabulary: Vocabulary = field(repr=False)
    """What the code lists and checks it names stand for."""
    every_days: int | None = None
    """The sender promises something new at least so often; None where nothing is promised."""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must not be missing."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def personal(self) -> frozenset[str]:
        """Names of the columns whose values show nowhere outside the quarantine."""
        return frozenset(column.name for column in self.columns if column.personal)

    def column(self, name: str) -> Column:
        """Return the column called `name`; raise KeyError."""
        return {column.name: column for column in self.columns}[name]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of a row: its format; presence, kind and rules of each column; rules across columns; keys."""
        found = [Rule("row_format", "row_format", (), "the row must be one the parser can split into columns")]
        for column in self.columns:
            if column.required:
                found.append(Rule("required", "required", (column.name,), "must not be missing"))
            found.append(Rule(column.kind, "kind", (column.name,), KIND_MEANINGS[column.kind]))
            found.extend(column.rules)
        unique = Rule(UNIQUE_KEY, "unique", self.key, "must be unique within a delivery (the first row has the key)")
        return (*found, *self.row_rules, unique)


KIND_MEANINGS: Mapping[str, str] = {
    "string": "must be clean text: no white space at the ends, no control or invisible characters",
    "integer": "must be a whole number such as 12 or -7, digits only, at most 18",
    "number": "must be a finite decimal number such as 12.5, with a point and without grouping",
    "boolean": "must be true or false",
    "date": "must be a real day written YYYY-MM-DD, years 1900 to 2199",
    "timestamp": "must be a real instant written YYYY-MM-DDTHH:MM:SS with Z or an offset, years 1900 to 2199",
}


def table_schema(contract: Contract) -> TableSchema:
    """Return the schema of the lake table that an internal contract declares; the store adds the lineage."""
    columns = {column.name: ARROW_TYPES[column.kind] for column in contract.columns}
    return TableSchema(contract.lake_table, columns, contract.key, contract.partition)
