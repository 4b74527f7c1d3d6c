"""What leaves for a partner: from the day's tables, only the rows and fields its agreement names."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from riskscore.errors import ExchangeError, ExportRefusedError
from riskscore.exchange.agreements import Agreement, require_in_force
from riskscore.exchange.formats import FORMATS, Row, json_line
from riskscore.exchange.keys import PseudonymKey
from riskscore.exchange.manifest import FieldEntry, FileEntry
from riskscore.exchange.reasons import reasons_carried
from riskscore.exchange.rows import Kept, column, keep
from riskscore.exchange.terms import Feed, FileFormat
from riskscore.exchange.treatments import Leaving, leaving
from riskscore.exchange.values import JsonValue, is_missing, json_value, parts_of

DAY = "score_day"


@dataclass(frozen=True)
class Withheld:
    """What stayed behind of one table, for our own log; none of it is told to the partner."""

    table: str
    rows_by_condition: int
    rows_by_originator: int
    reasons: int


@dataclass(frozen=True)
class Content:
    """The files for one partner and day, before they get a number and a signature."""

    agreement: Agreement
    day: date
    files: Mapping[str, bytes]
    entries: tuple[FileEntry, ...]
    withheld: tuple[Withheld, ...]


def compose(
    agreement: Agreement,
    tables: Mapping[str, pd.DataFrame],
    *,
    day: date,
    today: date,
    pseudonym_key: PseudonymKey | None = None,
) -> Content:
    """Choose what leaves of `day`'s tables under an agreement; the same input gives the same bytes.

    `tables` maps table names to frames with the columns of their outbound contracts; other columns never leave.
    Raises AgreementNotInForceError unless the agreement covers both `day` and `today`, the day of the export,
    and ExportRefusedError if a frame is not what its contract promises.
    """
    require_in_force(agreement, day=day, today=today)
    files: dict[str, bytes] = {}
    entries: list[FileEntry] = []
    withheld: list[Withheld] = []
    for feed in agreement.terms.feeds:
        kept = keep(feed, _of_day(tables, feed.table, day=day), may_carry=agreement.terms.may_carry_originators)
        leave = _fields_leaving(feed, agreement=agreement, key=pseudonym_key)
        rows, reasons = _rows_leaving(kept, leave, agreement=agreement, table=feed.table)
        for file_format in feed.formats:
            entry, content = _as_file(feed.table, rows, leave, file_format=file_format, agreement=agreement)
            files[entry.name] = content
            entries.append(entry)
        withheld.append(Withheld(feed.table, kept.withheld_by_condition, kept.withheld_by_originator, reasons))
    return Content(agreement=agreement, day=day, files=files, entries=tuple(entries), withheld=tuple(withheld))


def _of_day(tables: Mapping[str, pd.DataFrame], name: str, *, day: date) -> pd.DataFrame:
    if name not in tables:
        raise ExchangeError(f"The export of {day} needs the table {name}, which was not given; score that day first.")
    for number, value in enumerate(column(tables[name], DAY, of=name).tolist(), start=1):
        if not isinstance(value, date) or f"{value:%Y-%m-%d}" != day.isoformat():
            raise ExportRefusedError(table=name, field=DAY, row=number, why=f"the row is not of {day}")
    return tables[name]


def _fields_leaving(feed: Feed, *, agreement: Agreement, key: PseudonymKey | None) -> list[Leaving]:
    fields = agreement.contracts[feed.table].fields
    partner = agreement.terms.partner
    return [leaving(fields[name], terms, partner=partner, key=key) for name, terms in feed.fields.items()]


def _rows_leaving(kept: Kept, leave: list[Leaving], *, agreement: Agreement, table: str) -> tuple[list[Row], int]:
    columns: list[list[JsonValue]] = []
    reasons_withheld = 0
    for treated in leave:
        values, withheld = _column_leaving(kept, treated, agreement=agreement, table=table)
        columns.append(values)
        reasons_withheld += withheld
    names = [treated.name for treated in leave]
    rows: list[Row] = list(zip(*columns, strict=True))
    return sorted(rows, key=lambda row: json_line(names, row)), reasons_withheld


def _column_leaving(kept: Kept, treated: Leaving, *, agreement: Agreement, table: str) -> tuple[list[JsonValue], int]:
    field = agreement.contracts[table].fields[treated.name]
    may_carry = agreement.terms.may_carry_originators
    values: list[JsonValue] = []
    withheld = 0
    cells = column(kept.rows, field.name, of=table).tolist()
    for cell, codes, number in zip(cells, kept.originators, kept.numbers, strict=True):
        given = cell
        try:
            if field.type == "array" and not is_missing(cell):
                found = parts_of(cell, field)
                given = reasons_carried(found, codes, may_carry)
                withheld += len(found) - len(given)
            values.append(treated.value(json_value(given, field)))
        except ValueError as error:
            raise ExportRefusedError(table=table, field=field.name, row=number, why=str(error)) from None
    return values, withheld


def _as_file(
    table: str, rows: list[Row], leave: list[Leaving], *, file_format: FileFormat, agreement: Agreement
) -> tuple[FileEntry, bytes]:
    content = FORMATS[file_format]([treated.name for treated in leave], rows)
    entry = FileEntry(
        name=f"{table}.{file_format}",
        table=table,
        schema_version=agreement.contracts[table].version,
        format=file_format,
        fields=tuple(FieldEntry(name=out.name, type=out.type, treatment=out.treatment) for out in leave),
        rows=len(rows),
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return entry, content
