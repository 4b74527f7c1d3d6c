"""Files of exactly what a list shows: XLSX, CSV and PDF; what leaves is on record first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from riskscore.desk.audit import put_on_record
from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import DayPage, Exported, ListRow
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


FORMATS = {
    "xlsx": Format(XLSX, xlsx_bytes),
    "csv": Format("text/csv; charset=utf-8", csv_bytes),
    "pdf": Format("application/pdf", pdf_bytes),
}


def export(caller: Officer, desk: Desk, unit: str, day: date, view: View, *, kind: str) -> Exported:
    """Return exactly what `day_list` shows, row by row in its order, as a file; `kind` is xlsx, csv or pdf."""
    if kind not in FORMATS:
        raise BadInputError("{kind} is no kind of file. Give one of {known}.", kind=kind[:20], known=", ".join(FORMATS))
    page = day_list(caller, desk, unit, day, view)
    with session_for(caller, desk) as session:
        subject = f"{day} {kind} {len(page.rows)} rows {view.query()}".rstrip()
        put_on_record(session, desk, actor=caller.name, kind="export", unit=unit, subject=subject)
    form = FORMATS[kind]
    name = f"{unit}-{day.isoformat()}{'-part' if len(page.rows) < page.total else ''}.{kind}"
    return Exported(name, form.media_type, form.written(_as_list(page)))


def _as_list(page: DayPage) -> DayList:
    rows = pd.DataFrame(map(_listed, page.rows), columns=[column.name for column in LIST_COLUMNS])
    return DayList(page.unit, page.day, page.capacity, rows, is_invented=page.is_invented)


def _listed(row: ListRow) -> dict[str, object]:
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
        "why": row.why,
        "reasons": [*row.rule_sentences, *(reason.phrase for reason in row.reasons)],
        "coverage": row.coverage,
        "selection_probability": row.selection_probability,
        "state": f"{row.state} ({row.holder})" if row.holder else row.state,
    }
