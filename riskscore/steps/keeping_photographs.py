"""Photographs whose time is over: they are kept as long as the inspection that they belong to."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from riskscore.steps.outcomes import FEED
from riskscore.steps.workspace import Workspace
from riskscore.store.database import QueueEvent


def expired_photographs(work: Workspace, day: date) -> tuple[list[Path], date | None]:
    """Return the photographs that must not be kept on `day` any more, and since when the first of them.

    A photograph becomes known on the business day of the newest event that names it, like the outcome beside it, and
    is kept as long as facts of the inspections feed. One that no event names (it was refused, or the database is an
    older copy) counts from when it was written: nothing can make it again, so it goes no sooner than others.
    """
    kept_for = timedelta(days=work.project.inbound[FEED].terms.retention_days)
    named = _named(work)
    until = {
        path: work.settings.business_day(named.get(path.stem) or _written(path)) + kept_for
        for path in sorted(work.settings.photographs.glob("*/*.jpg"))
    }
    expired = [path for path, last in until.items() if last < day]
    return expired, min((until[path] for path in expired), default=None)


def _named(work: Workspace) -> dict[str, datetime]:
    """Return when each photograph was last put beside an item, by its hash."""
    wanted = (
        select(QueueEvent.detail, func.max(QueueEvent.happened_at))
        .where(QueueEvent.action == "add_photograph")
        .group_by(QueueEvent.detail)
    )
    with work.transaction() as session:
        return {json.loads(detail)["photograph"]: at for detail, at in session.execute(wanted)}


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
