"""The day's voyages as officers read them."""

from datetime import date

from riskscore.errors import NotReadyError
from riskscore.queues import load_policy
from riskscore.scoring import phrase, reasons_from_json
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace


def voyage_list(settings: Settings, unit: str, day: date) -> list[list[str]]:
    """Return the voyages of `unit` scored on `day`, riskiest first, as text.

    Cells: rank, voyage, vessel, ETA (UTC), containers, expected finds, probability, first reason.
    Raises NotReadyError if the day was not scored, QueueError for a unit that keeps no queue.
    """
    load_policy().unit(unit)
    work = open_workspace(settings)
    scores = work.lake.read("voyage_score", since=day, until=day)
    if scores.empty:
        raise NotReadyError(step=f"The voyages of {unit}", needs="table voyage_score", day=str(day))
    mine = scores[scores["unit"] == unit].sort_values("rank")
    calls = work.history(day).as_of(day).table("port_call", among={"voyage_id": mine["voyage_id"]})
    vessel_names = calls.drop_duplicates("voyage_id", keep="last").set_index("voyage_id")["vessel_name"]
    return [
        [
            str(row["rank"]),
            row["voyage_id"],
            vessel_names.get(row["voyage_id"], row["vessel_imo"]),
            f"{row['planned_arrival_at']:%Y-%m-%d %H:%M}",
            str(row["container_count"]),
            f"{row['expected_finds']:.2f}",
            f"{row['probability']:.1%}",
            _first_reason(row["reasons"]),
        ]
        for row in mine.to_dict("records")
    ]


def _first_reason(reasons: str) -> str:
    found = reasons_from_json(reasons)
    return phrase(found[0]) if found else ""
