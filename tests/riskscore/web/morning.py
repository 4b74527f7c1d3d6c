"""A morning at a unit's desk: two officers work on the first containers of a list, each in another way."""

from datetime import datetime, timedelta

from riskscore.desk import Desk, ItemKey, Officer, Role, View, act, day_list
from riskscore.queues.workflow import Action, Claim, Hold, RecordOutcome, Refer, Release, SendForInspection

FOUND = {"substance": "cocaine", "quantity_kg": 184.5, "concealment": "rip_on_rip_off"}
WAYS = ("nothing", "claimed", "contraband", "inspection", "held", "open", "released", "referred", "claimed", "nothing")
"""What becomes of the first, second ... container of the list."""


def live_a_morning(desk: Desk, unit: str, other: str) -> None:
    """Work through the first containers of the unit's newest list; `desk` has a clock that stands."""
    officers = [Officer(name, Role.OFFICER, unit) for name in ("anna", "ben")]
    rows = day_list(officers[0], desk, unit, desk.now().date(), View()).rows
    for number, (row, way) in enumerate(zip(rows, WAYS, strict=False)):
        at = desk.now() - timedelta(minutes=13 * (len(WAYS) - number))
        for step, action in enumerate(_actions(way, other, at)):
            then = Desk(desk.settings, lambda at=at, step=step: at + timedelta(minutes=3 * step))  # type: ignore[misc]  # its own time each
            _do(then, officers[number % 5 == 0], row.key, action, f"morning-{number}-{step}")


def _actions(way: str, other: str, at: datetime) -> list[Action]:
    examined = at + timedelta(minutes=6)
    ends: dict[str, list[Action]] = {
        "claimed": [],
        "held": [Hold("waiting for the packing list")],
        "released": [Release("documents_in_order", "regular shipment, papers seen")],
        "referred": [Refer(other, "goes_on_to_their_port", "please look at the cooling unit")],
        "inspection": [SendForInspection("xray")],
        "nothing": [SendForInspection("xray"), RecordOutcome("xray", "nothing", examined)],
        "contraband": [SendForInspection("xray"), RecordOutcome("physical", "contraband", examined, **FOUND)],  # type: ignore[arg-type]  # fields by name
    }
    return [Claim(), *ends[way]] if way in ends else []


def _do(desk: Desk, who: Officer, key: ItemKey, action: Action, token: str) -> None:
    act(who, desk, key, action, token=token)
