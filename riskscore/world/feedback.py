"""The way back: what examining the containers of a queue brings to light, as the units' own delivery of reports."""

from datetime import date
from pathlib import Path

import pandas as pd

from riskscore.errors import WorldError
from riskscore.world.answer_key import Sealed
from riskscore.world.clock import DAY, HOUR, day_number, timestamps
from riskscore.world.deliveries import file_path, split
from riskscore.world.files import content, put
from riskscore.world.inspections import COLUMNS, report
from riskscore.world.raw_feeds import inspections
from riskscore.world.world import World

NEEDED = ["unit", "voyage_id", "container_number", "day", "decided_by", "selection_probability"]
DECIDED_HOUR = 12
"""Hour (UTC) at which a queued container that never lands is given up the next day."""


def outcomes_for(world: World | Sealed, queue_rows: pd.DataFrame, drop: Path) -> list[Path]:
    """Write the inspections that queues bring about and return the files, one per queue day and day of reporting.

    `queue_rows` has unit, voyage_id, container_number, day (date of the queue), decided_by, selection_probability (NaN
    unless random). The same container gives the same outcome whoever chose it; one that the world does not know does
    not land. The same rows give the same files. Give all units of a day at once. Raises WorldError if a column is
    missing.
    """
    if missing := sorted(set(NEEDED) - set(queue_rows.columns)):
        raise WorldError(f"Queue rows need the column(s) {', '.join(missing)}.")
    written: list[Path] = []
    for day, queue in queue_rows[NEEDED].groupby("day"):
        stopped = _stopped(world.truth, queue, pd.Timestamp(str(day)).date())
        told = pd.concat([_examined(world, stopped), _not_landed(stopped)], ignore_index=True)
        told = told.sort_values(["delivered_on", "inspection_id", "version"], ignore_index=True)
        feed = inspections(told, group=f"queue_{pd.Timestamp(str(day)):%Y%m%d}")
        for piece in split(feed):
            written.append(drop / file_path(feed.name, piece.day, piece.group, 1))
            put(written[-1], content(feed, piece.rows))
    return written


def _stopped(truth: pd.DataFrame, queue: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the queue's containers, each once, with their truth (arrived_at is missing if the world knows none)."""
    keys = ["voyage_id", "container_number"]
    once = queue.sort_values([*keys, "unit"]).drop_duplicates(keys)
    known = once.merge(truth.drop(columns="unit"), how="left", on=keys, validate="one_to_one")
    number = known["unit"] + f"-{day:%Y%m%d}-" + known["container_number"]
    again = known.duplicated("container_number").map({True: "-2", False: ""})
    return known.assign(inspection_id=number + again, decided_on=day_number(day))


def _examined(world: World | Sealed, stopped: pd.DataFrame) -> pd.DataFrame:
    known = stopped[stopped["arrived_at"].notna()]
    return report(world.spec, known.astype({"thing": "int64"}).reset_index(drop=True))


def _not_landed(stopped: pd.DataFrame) -> pd.DataFrame:
    """Return the reports on containers that never came off a ship."""
    strangers = stopped[stopped["arrived_at"].isna()].reset_index(drop=True)
    decided = timestamps(strangers["decided_on"].to_numpy() * DAY + DECIDED_HOUR * HOUR)
    table = strangers.assign(
        decided_at=decided, examined_at=decided.where(decided.isna()), method=None, outcome="not_examined",
        reason_code="not_landed", delivered_on=strangers["decided_on"] + 2, version=1,
    )  # fmt: skip
    return table[COLUMNS]
