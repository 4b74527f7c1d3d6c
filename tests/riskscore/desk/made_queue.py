"""A queue made by hand: two units, three days, no lake; what most tests of the desk need."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from riskscore.desk import Desk, ItemKey, Officer, Role
from riskscore.settings import Settings
from riskscore.steps.search_terms import replace_search_terms
from riskscore.store.database import QueueItem, insert_rows, transaction

TODAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
UNIT, OTHER = "NLRTM", "BEANR"
ANNA = Officer("anna", Role.OFFICER, UNIT)
BEN = Officer("ben", Role.OFFICER, UNIT)
BOSS = Officer("boss", Role.SUPERVISOR, UNIT)
STRANGER = Officer("stranger", Role.OFFICER, OTHER)
ENGINEER = Officer("engineer", Role.DATA_ENGINEER)
AUDITOR = Officer("auditor", Role.AUDITOR)
EVERYBODY = [ANNA, BOSS, STRANGER, replace(BOSS, name="far_boss", unit=OTHER), ENGINEER, AUDITOR]
WHYS = ("mandatory", "score", "score", "score", "random")


def key(number: int = 1, *, unit: str = UNIT, day: date = TODAY) -> ItemKey:
    """Return the key of the item at a position."""
    return ItemKey(unit, day, f"VOY{number % 3}-W", f"MSCU{number:07d}")


def item(number: int, *, unit: str = UNIT, day: date = TODAY, reasons: int = 4) -> dict[str, Any]:
    """Return one row of queue_item."""
    one = key(number, unit=unit, day=day)
    why = WHYS[(number - 1) % len(WHYS)]
    eta = datetime.combine(day, NOW.timetz()) + timedelta(hours=6 * number - 12)
    return {
        "queue_day": day,
        "unit": unit,
        "voyage_id": one.voyage_id,
        "container_number": one.container_number,
        "position": number,
        "why": why,
        "rule": "consignee_seized_30d" if why == "mandatory" else "",
        "probability": round(0.5 / number, 6),
        "expected_value": 100 / number,
        "selection_probability": 0.01 if why == "random" else 1.0,
        "model": "container_risk@0123456789ab",
        "is_over_capacity": number > 24,
        "state": "open",
        "holder": "",
        "version": 0,
        "shown": {
            "vessel_name": f"MSC VESSEL {number % 3}",
            "vessel_imo": f"900000{number % 3}",
            "bills": [f"BOL-{number:05d}"],
            "eta": eta.isoformat(),
            "route": " > ".join(["ECGYE" if number % 2 else "COCTG", "PABLB", unit]),
            "goods": f"{'080390' if number % 2 else '440710'} goods number {number}, not otherwise specified",
            "coverage": 0.5 if number == 3 else 0.9,
            "reasons": [
                {
                    "feature": f"feature_{r}_kg",
                    "meaning": f"Meaning number {r}.",
                    "value": 10.0 * r + number,
                    "push": 1.0 / (r + 1) * (-1) ** r,
                    "usual": 5.0,
                    "originators": "BR ES" if r == 0 else "",
                }
                for r in range(reasons)
            ],
        },
    }


def fill(settings: Settings, *, unit: str = UNIT, day: date = TODAY, count: int = 8) -> None:
    """Put a queue of so many items into the database."""
    items = [item(number, unit=unit, day=day) for number in range(1, count + 1)]
    with transaction(settings.database) as session:
        insert_rows(session, QueueItem, items)
        replace_search_terms(session, items, unit, day)


@dataclass
class Hands:
    """A clock whose hands a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now


def desk_with_queues(settings: Settings) -> Desk:
    """Return a desk over queues of two units today and of one the day before."""
    fill(settings)
    fill(settings, unit=OTHER, count=4)
    fill(settings, day=TODAY - timedelta(days=1), count=3)
    return Desk(settings, Hands())
