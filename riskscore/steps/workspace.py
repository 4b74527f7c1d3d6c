"""What every step works with: settings, declarations and the lake, opened once."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from riskscore.crew import Crew, crew_of
from riskscore.project import Project
from riskscore.settings import Settings
from riskscore.store import History, Lake
from riskscore.store.database import ClosedDay, transaction
from riskscore.store.history import Kept


@dataclass(frozen=True)
class Workspace:
    """The settings with what they lead to."""

    settings: Settings

    @cached_property
    def project(self) -> Project:
        """The declarations."""
        return _project(self.settings.project_dir)

    @cached_property
    def lake(self) -> Lake:
        """The lake, with the schema of every table."""
        return self.project.lake(self.settings)

    @cached_property
    def crew(self) -> Crew:
        """Who computes: threads here, or the workers of a Dask cluster."""
        return crew_of(self.settings)

    def history(self, until: date) -> History:
        """Return the lake up to the cut-off of a day; steps of the same day share what they read."""
        for stale in self._kept.keys() - {until}:
            del self._kept[stale]
        return History(self.lake, until, self.settings.cutoff_hour, self._kept.setdefault(until, Kept()))

    @cached_property
    def _kept(self) -> dict[date, Kept]:
        return {}

    def transaction(self, *, unit: str = "", as_auditor: bool = False) -> Any:
        """Open a session on the database that commits at the end; PostgreSQL limits it to a unit where asked."""
        return transaction(self.settings.database, unit=unit, as_auditor=as_auditor)


@cache
def open_workspace(settings: Settings) -> Workspace:
    """Return the workspace of these settings; contracts and features are read once a process."""
    return Workspace(settings)


def require_crew(settings: Settings) -> None:
    """Get hold of whoever computes; raise CrewError where a cluster does not answer."""
    _ = open_workspace(settings).crew


@cache
def _project(root: Path) -> Project:
    return Project(root)


def first_open_day(work: Workspace) -> date:
    """Return the day after the last one whose features were computed."""
    with work.transaction() as session:
        last: date | None = session.scalar(select(func.max(ClosedDay.day)))
    return date.min if last is None else last + timedelta(days=1)
