"""Port calls as schedule feeds tell of them: the plan, the changed plan, the actual times."""

import numpy as np
import pandas as pd

from riskscore.world.arrays import Columns, Index, positions_by
from riskscore.world.clock import DAY, HOUR, business_day, day_number, timestamps
from riskscore.world.spec import WorldSpec
from riskscore.world.voyages import Schedule

ANNOUNCED_DAYS = 14
"""A voyage is announced this long before its first call."""
WORTH_TELLING = 12 * HOUR
"""A plan is sent again when it changes by more than this."""
TOLD_AFTER = 2 * HOUR
NOT_YET = np.iinfo(np.int64).min


def make_port_calls(spec: WorldSpec, schedule: Schedule) -> pd.DataFrame:
    """Return one row per version of each port call, in order of delivery.

    Columns: those of a port call, delivered_on (day number), version (1.. per call). What was known before the world's
    first day is told on it.
    """
    voyages = schedule.voyages
    tellings = [one for own in positions_by(voyages["service"].to_numpy()).values() for one in _tellings(schedule, own)]
    told = pd.DataFrame({name: np.concatenate([one[name] for one in tellings]) for name in tellings[0]})
    first, last = day_number(spec.start), day_number(spec.start) + spec.days - 1
    told["delivered_on"] = business_day(told["told_at"].to_numpy(), spec.cutoff_hour).clip(min=first)
    told = told[told["delivered_on"] <= last].sort_values(["delivered_on", "call", "told_at"], kind="stable")
    told = told.drop_duplicates(["delivered_on", "call"], keep="last")
    told["version"] = told.groupby("call").cumcount() + 1
    return _columns(told.reset_index(drop=True), schedule)


def _tellings(schedule: Schedule, voyages: Index) -> list[Columns]:
    """Return all that is told of the calls of one service's voyages: call, told_at, plan and actual times (seconds)."""
    count = int(schedule.voyages["call_count"].iloc[voyages[0]])
    calls = schedule.voyages["first_call"].to_numpy()[voyages][:, None] + np.arange(count)
    arrival, departure = schedule.actual_arrival[calls], schedule.actual_departure[calls]
    delay = np.zeros_like(arrival)
    announced = np.broadcast_to(schedule.planned_arrival[calls][:, :1] - ANNOUNCED_DAYS * DAY, calls.shape)
    told = [_telling(schedule, calls, announced, delay)]
    for call in range(count):
        told.append(_telling(schedule, calls[:, call], arrival[:, call] + TOLD_AFTER, delay[:, call], arrived=True))
        left = departure[:, call] + TOLD_AFTER
        told.append(_telling(schedule, calls[:, call], left, delay[:, call], arrived=True, left=True))
        late = departure[:, call] - schedule.planned_departure[calls[:, call]]
        changed = np.abs(late[:, None] - delay) > WORTH_TELLING
        changed[:, : call + 1] = False
        delay = np.where(changed, late[:, None], delay)
        when = np.broadcast_to(left[:, None], calls.shape)
        told.append(_telling(schedule, calls[changed], when[changed], delay[changed]))
    return told


def _telling(
    schedule: Schedule, call: Index, told_at: Index, delay: Index, *, arrived: bool = False, left: bool = False
) -> Columns:
    call, told_at, delay = call.ravel(), told_at.ravel(), delay.ravel()
    nothing = np.full(len(call), NOT_YET)
    return {
        "call": call,
        "told_at": told_at,
        "planned_arrival": schedule.planned_arrival[call] + delay,
        "planned_departure": schedule.planned_departure[call] + delay,
        "actual_arrival": schedule.actual_arrival[call] if arrived else nothing,
        "actual_departure": schedule.actual_departure[call] if left else nothing,
    }


def _columns(told: pd.DataFrame, schedule: Schedule) -> pd.DataFrame:
    call = told["call"].to_numpy()
    number = np.searchsorted(schedule.voyages["first_call"].to_numpy(), call, side="right") - 1
    voyages = schedule.voyages.iloc[number].reset_index(drop=True)
    vessels = schedule.vessels.iloc[voyages["vessel"]].reset_index(drop=True)
    times = {f"{name}_at": timestamps(told[name].to_numpy()) for name in ("planned_arrival", "planned_departure")}
    for name in ("actual_arrival", "actual_departure"):
        known = told[name] != NOT_YET
        times[f"{name}_at"] = timestamps(told[name].where(known, 0).to_numpy()).where(known)
    return pd.DataFrame(
        {
            "voyage_id": voyages["voyage_id"],
            "call_sequence": call - voyages["first_call"] + 1,
            "vessel_imo": vessels["vessel_imo"],
            "vessel_name": vessels["vessel_name"],
            "carrier_code": voyages["carrier_code"],
            "service_code": voyages["service_code"],
            "port": schedule.port[call],
            **times,
            "delivered_on": told["delivered_on"],
            "version": told["version"],
        }
    )
