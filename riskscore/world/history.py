"""The days as they went: groups ship, units stop containers, finds become known, groups that lost a load move on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskscore.world.arrays import Columns, Index, positions_by
from riskscore.world.cargo import transit, within_world
from riskscore.world.clock import DAY, day_number
from riskscore.world.examine import HONEST, cargo_kind
from riskscore.world.groups import BEFORE_DAYS, Load, campaign_table, lose, make_groups, ship
from riskscore.world.ledger import Ledger
from riskscore.world.network import Network
from riskscore.world.planting import plant, slip_in
from riskscore.world.selection import new_memory, stop_table, suspicion
from riskscore.world.setting import Setting, make_setting
from riskscore.world.spec import WorldSpec
from riskscore.world.stops import Desk, expect, remember, stop
from riskscore.world.traders import Traders
from riskscore.world.voyages import Schedule

ROOM = 50_000
"""The units' memory holds twice the traders and so many more parties: groups found companies as they go."""
DORMANT_BEFORE = 60
"""A company whose last loading was before this day of the world may be reactivated."""


@dataclass(frozen=True)
class History:
    """What happened in a world."""

    rows: pd.DataFrame
    """As honest_cargo, plus smuggling (position in SMUGGLING or -1), campaign (or -1), place, cargo; index = thing."""
    stops: pd.DataFrame
    """thing, unit (number), day (of decision, from the world's start), decided_by, selection_probability."""
    campaigns: pd.DataFrame
    partner_losses: pd.DataFrame
    """campaign, day (of seizure), route, voyage, sender."""
    parties: pd.DataFrame


@dataclass(frozen=True)
class Stage:
    """What stays the same while the days go by."""

    spec: WorldSpec
    network: Network
    schedule: Schedule
    setting: Setting
    by_voyage: dict[int, Index]
    rng: np.random.Generator


def play(spec: WorldSpec, network: Network, schedule: Schedule, traders: Traders, honest: pd.DataFrame) -> History:
    """Return the history of a world, day by day from well before its start to its end."""
    setting = make_setting(network, traders, _last_seen(honest, spec))
    stage = Stage(spec, network, schedule, setting, positions_by(honest["voyage"].to_numpy()), spec.stream("planting"))
    clean = Ledger.of(honest.assign(smuggling=HONEST, campaign=-1))
    ledger = Ledger(clean.columns | _describe(stage, np.arange(clean.count), clean.columns), clean.count)
    memory = new_memory(2 * len(traders.parties) + ROOM, len(setting.places))
    desk = Desk(spec, ledger, memory, spec.stream("units"))
    expect(desk, np.arange(ledger.count))
    groups = make_groups(spec, network, schedule, setting)
    for day in range(-BEFORE_DAYS, spec.days):
        for campaign in remember(desk, day).tolist():
            lose(groups, campaign, day)
        loads = ship(groups, day)
        slip_in(loads, ledger, stage.by_voyage, spec.seed, rng=stage.rng)
        expect(desk, _plant(stage, ledger, loads, day))
        if day >= 0:
            stop(desk, day)
    parties = pd.concat([traders.parties, pd.DataFrame(setting.founded)], ignore_index=True)
    losses = pd.DataFrame(groups.partner_losses, columns=["campaign", "day", "route", "voyage", "sender"])
    return History(ledger.frame(), stop_table(desk.stops), campaign_table(groups), losses, parties)


def _plant(stage: Stage, ledger: Ledger, loads: list[Load], day: int) -> Index:
    """Enter the groups' own rows of one day and return their numbers."""
    first_bill = int(ledger["bill"].max()) + 1
    rows = plant(loads, day, founded_from=len(stage.setting.parties), first_bill=first_bill, rng=stage.rng)
    if rows is None:
        return np.empty(0, dtype=np.int64)
    rows |= transit(
        stage.spec, stage.network, stage.schedule, route=rows["route"], voyage=rows["voyage"], rng=stage.rng
    )
    kept = within_world(rows["manifested_on"], stage.spec)
    rows = {name: column[kept] for name, column in rows.items()}
    things = ledger.count + np.arange(int(kept.sum()))
    return ledger.append(rows | _describe(stage, things, rows))


def _describe(stage: Stage, things: Index, rows: Columns) -> Columns:
    """Return what units go by beside the row itself: its place, kind of cargo and how suspicious it looks."""
    return {
        "place": stage.setting.route_place[rows["route"]],
        "cargo": cargo_kind(rows["goods"]),
        "suspicion": suspicion(stage.spec.seed, things, rows, stage.network),
    }


def _last_seen(honest: pd.DataFrame, spec: WorldSpec) -> dict[int, int]:
    """Return the parties that stopped trading early, and the day (from the world's start) of their last loading."""
    day = honest["loaded_at"] // DAY - day_number(spec.start)
    seen = pd.concat([day.groupby(honest[role]).max() for role in ("shipper", "consignee")])
    return {int(party): int(last) for party, last in seen[seen < DORMANT_BEFORE].items()}
