"""Files of exactly what a list shows: XLSX, CSV and PDF; what leaves is on record first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from riskscore.desk.audit import put_on_record
from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import DayPage, Exported, ListRow, ShownReason
from riskscore.desk.lists import day_list
from riskscore.desk.officer import Officer
from riskscore.desk.printed import pdf_bytes
from riskscore.desk.view import View
from riskscore.errors import BadInputError
from riskscore.queues import LIST_COLUMNS, DayList, csv_bytes, xlsx_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    media_type: str
    written: Callable[[DayList], bytes]


@dataclass(frozen=True)
class Tongue:
    """How a file speaks: its sentences and headings, the words for codes (by kind and code), and its reasons."""

    say: Callable[[str], str] = str
    word: Callable[[str, str], str] = lambda _, code: code
    reason: Callable[[ShownReason], str] = lambda reason: reason.phrase


FORMATS = {
    "xlsx": Format(XLSX, xlsx_bytes),
    "csv": Format("text/csv; charset=utf-8", csv_bytes),
    "pdf": Format("application/pdf", pdf_bytes),
}


def export(  # noqa: PLR0913 as `day_list`, and how it is written
    caller: Officer, desk: Desk, unit: str, day: date, view: View, *, kind: str, tongue: Tongue | None = None
) -> Exported:
    """Return exactly what `day_list` shows, row by row in its order, as a file; `kind` is xlsx, csv or pdf.

    `tongue` is the reader's language; without one, headings and sentences are English and codes stay codes.
    """
    if kind not in FORMATS:
        raise BadInputError("{kind} is no kind of file. Give one of {known}.", kind=kind[:20], known=", ".join(FORMATS))
    page = day_list(caller, desk, unit, day, view)
    with session_for(caller, desk) as session:
        subject = f"{day} {kind} {len(page.rows)} rows {view.query()}".rstrip()
        put_on_record(session, desk, actor=caller.name, kind="export", unit=unit, subject=subject)
    form = FORMATS[kind]
    name = f"{unit}-{day.isoformat()}{'-part' if len(page.rows) < page.total else ''}.{kind}"
    return Exported(name, form.media_type, form.written(_as_list(page, tongue or Tongue())))


def _as_list(page: DayPage, tongue: Tongue) -> DayList:
    rows = [_listed(row, tongue) for row in page.rows]
    shown = pd.DataFrame(rows, columns=[column.name for column in LIST_COLUMNS])
    return DayList(page.unit, page.day, page.capacity, shown, is_invented=page.is_invented, say=tongue.say)


def _listed(row: ListRow, tongue: Tongue) -> dict[str, object]:
    state = tongue.word("state", row.state)
    return {
        "position": row.position,
        "container_number": row.key.container_number,
        "voyage_id": row.key.voyage_id,
        "vessel_name": row.vessel_name,
        "eta": row.eta,
        "hours_left": row.hours_left,
        "route": " > ".join(row.route),
        "goods": f"{row.hs6} {row.goods}",
        "probability": row.probability,
        "band": tongue.word("band", row.band),
        "why": tongue.word("why", row.why),
        "reasons": [*map(tongue.say, row.rule_sentences), *map(tongue.reason, row.reasons)],
        "coverage": row.coverage,
        "selection_probability": row.selection_probability,
        "state": f"{state} ({row.holder})" if row.holder else state,
    }
