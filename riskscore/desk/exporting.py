"""Files of exactly what a list shows: XLSX, CSV and PDF."""

from datetime import date

from riskscore.desk.door import Desk
from riskscore.desk.items import Exported
from riskscore.desk.officer import Officer
from riskscore.desk.view import View


def export(caller: Officer, desk: Desk, unit: str, day: date, view: View, *, kind: str) -> Exported:
    """Return exactly what `day_list` shows as a file; `kind` is xlsx, csv or pdf."""
    raise NotImplementedError
