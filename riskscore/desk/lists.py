"""A unit's list of one day, through a view; what stands before and after an item; search; files of what is shown."""

from datetime import date

from riskscore.desk.door import Desk
from riskscore.desk.items import DayPage, Exported, Found, ItemKey, Neighbours
from riskscore.desk.officer import Officer
from riskscore.desk.view import View


def units(caller: Officer, desk: Desk) -> tuple[str, ...]:
    """Return the units whose lists the caller may read."""
    raise NotImplementedError


def days(caller: Officer, desk: Desk, unit: str, most: int = 60) -> tuple[date, ...]:
    """Return the days for which `unit` has a queue, newest first."""
    raise NotImplementedError


def day_list(caller: Officer, desk: Desk, unit: str, day: date, view: View) -> DayPage:
    """Return a unit's list; raise QueueError (no such unit), NotReadyError (no queue that day), NotAllowedError."""
    raise NotImplementedError


def neighbours(caller: Officer, desk: Desk, key: ItemKey, view: View) -> Neighbours:
    """Return what stands before and after an item in a view of its list."""
    raise NotImplementedError


def search(caller: Officer, desk: Desk, text: str, most: int = 50) -> tuple[Found, ...]:
    """Return items of any day whose container, voyage, bill of lading, vessel or IMO is or starts with `text`.

    Exact matches first, then newest first. Raises BadInputError for fewer than 3 letters and digits.
    """
    raise NotImplementedError


def export(caller: Officer, desk: Desk, unit: str, day: date, view: View, *, kind: str) -> Exported:
    """Return exactly what `day_list` shows as a file; `kind` is xlsx, csv or pdf."""
    raise NotImplementedError
