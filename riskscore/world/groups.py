"""Trafficking groups from day to day: they ship with their campaign, lose a load, lie low, and come back elsewhere."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from riskscore.world.arrays import positions_by
from riskscore.world.campaigns import REGIONS, Campaign, plan
from riskscore.world.cargo import load_times
from riskscore.world.clock import DAY, day_number
from riskscore.world.network import Network
from riskscore.world.setting import Setting
from riskscore.world.spec import WorldSpec
from riskscore.world.traders import pick
from riskscore.world.voyages import Schedule

BEFORE_DAYS = 50
"""Groups are at work this long before the world's first day."""
CONTAINERS_PER_GROUP = 50
"""One group for so many containers a day."""
DUTY = 0.78
"""Share of the time a group ships; the rest it lies low after a loss."""
REST_DAYS = (3, 13)
PARTNER_LOSS_SHARE = 0.28
"""Chance per sailing that a load of the campaign that never comes to our units is seized by a partner country."""
PARTNER_LOSS_MOVES = 0.2
"""Chance that such a loss, too, makes the group move."""
DAYS_TO_PARTNER = {"BR": 1, "US": 10, "ES": 17}


@dataclass(frozen=True)
class Load:
    """Containers of one campaign on one voyage."""

    campaign: Campaign
    route: int
    voyage: int
    containers: int


@dataclass(frozen=True)
class Groups:
    """The groups' state; its dictionaries and lists change from day to day."""

    setting: Setting
    rng: np.random.Generator
    regions: list[str]
    sailings: dict[tuple[int, int], list[int]]
    """Voyages by route and day (from the world's start) of leaving the port of loading."""
    hub_sailings: dict[tuple[int, int], list[int]]
    """The same by day of leaving the last hub."""
    weekly: float
    """Containers with contraband that a group ships per week."""
    active: dict[int, Campaign] = field(default_factory=dict)
    resumes: dict[int, int] = field(default_factory=dict)
    last: dict[int, Campaign] = field(default_factory=dict)
    ended: dict[int, int] = field(default_factory=dict)
    """Day on which a campaign (by number) ended in a loss."""
    campaigns: list[Campaign] = field(default_factory=list)
    partner_losses: list[dict[str, object]] = field(default_factory=list)
    news: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Campaigns that will hear of a partner's seizure, by day."""


def make_groups(spec: WorldSpec, network: Network, schedule: Schedule, setting: Setting) -> Groups:
    """Return the groups of a world, at rest until their first campaign."""
    rng = spec.stream("groups")
    count = max(5, round(spec.containers_per_day / CONTAINERS_PER_GROUP))
    shares = np.array([share for _, share, _ in REGIONS.values()])
    regions = [list(REGIONS)[number] for number in pick(shares, count, rng)]
    weekly = spec.contraband_share * spec.containers_per_day * 7 / count / DUTY
    loading, hub = _sailings(spec, network, schedule)
    starts = {group: int(day) for group, day in enumerate(rng.integers(-BEFORE_DAYS, -5, count))}
    return Groups(setting, rng, regions, loading, hub, weekly, resumes=starts)


def ship(groups: Groups, day: int) -> list[Load]:
    """Return what all groups load on `day`; groups whose rest is over begin a new campaign."""
    for number in groups.news.pop(day, []):
        lose(groups, number, day)
    loads = []
    for group, region in enumerate(groups.regions):
        if group not in groups.active and day >= groups.resumes[group]:
            _begin(groups, group, region, day)
        if group in groups.active:
            loads.extend(_loads_of(groups, groups.active[group], day))
    return loads


def lose(groups: Groups, campaign: int, day: int) -> None:
    """End a campaign because a load was seized, unless it has ended already."""
    group = groups.campaigns[campaign].group
    if campaign in groups.ended or group not in groups.active:
        return
    groups.ended[campaign] = day
    del groups.active[group]
    groups.resumes[group] = day + int(groups.rng.integers(*REST_DAYS))


def campaign_table(groups: Groups) -> pd.DataFrame:
    """Return one row per campaign; days are counted from the world's start, `ended` is empty while it goes on."""
    places = {number: name for name, number in groups.setting.places.items()}
    return pd.DataFrame(
        {
            "campaign": [one.number for one in groups.campaigns],
            "group": [one.group for one in groups.campaigns],
            "method": [one.method for one in groups.campaigns],
            "substance": [one.substance for one in groups.campaigns],
            "place": [places[one.place] for one in groups.campaigns],
            "unit": [one.unit for one in groups.campaigns],
            "shippers": [list(one.companies.shippers) for one in groups.campaigns],
            "consignees": [list(one.companies.consignees) for one in groups.campaigns],
            "goods": [list(one.companies.goods) for one in groups.campaigns],
            "begins": [one.begins for one in groups.campaigns],
            "ended": pd.array([groups.ended.get(one.number) for one in groups.campaigns], dtype="Int64"),
        }
    )


def _begin(groups: Groups, group: int, region: str, day: int) -> None:
    campaign = plan(
        groups.setting,
        groups.last.get(group),
        group=(group, region),
        number=len(groups.campaigns),
        day=day,
        rng=groups.rng,
    )
    groups.campaigns.append(campaign)
    groups.active[group] = groups.last[group] = campaign


def _loads_of(groups: Groups, campaign: Campaign, day: int) -> list[Load]:
    """Return what one campaign loads on `day`: a Poisson number per sailing, shared among the lane's services."""
    slips_in = campaign.method == "rip_on_rip_off"
    service = groups.setting.network.routes["service"].to_numpy()[list(campaign.routes)]
    routes = [campaign.routes[i] for i in np.unique(service, return_index=True)[1]]
    loads = []
    for route in routes:
        for voyage in (groups.hub_sailings if slips_in else groups.sailings).get((route, day), []):
            count = int(groups.rng.poisson(groups.weekly / len(routes)))
            loads.append(Load(campaign, route, voyage, count))
            _lose_to_partner(groups, loads[-1], day)
    return loads


def _lose_to_partner(groups: Groups, load: Load, day: int) -> None:
    """Let a partner country seize, now and then, a load of the same campaign that was not meant for our units."""
    country = groups.setting.network.routes["country"].iloc[load.route]
    share = PARTNER_LOSS_SHARE * (2 if country == "BR" else 1)
    if groups.rng.random() >= share:
        return
    sender = "BR" if country == "BR" and groups.rng.random() < 0.8 else str(groups.rng.choice(["US", "ES"]))
    seized = day + DAYS_TO_PARTNER[sender]
    groups.partner_losses.append(
        {"campaign": load.campaign.number, "day": seized, "route": load.route, "voyage": load.voyage, "sender": sender}
    )
    if groups.rng.random() < PARTNER_LOSS_MOVES:
        groups.news[seized + 1].append(load.campaign.number)


Sailings = dict[tuple[int, int], list[int]]


def _sailings(spec: WorldSpec, network: Network, schedule: Schedule) -> tuple[Sailings, Sailings]:
    """Return the voyages by route and day of leaving the port of loading, and by route and day of leaving the hub."""
    loading: Sailings = defaultdict(list)
    hub: Sailings = defaultdict(list)
    voyages = positions_by(schedule.voyages["service"].to_numpy())
    for route, (service, feeder_days) in enumerate(network.routes[["service", "feeder_days"]].itertuples(index=False)):
        own = voyages[service]
        days = load_times(network, schedule, np.full(len(own), route), own) // DAY - day_number(spec.start)
        for voyage, day in zip(own.tolist(), days.tolist(), strict=True):
            loading[route, day].append(voyage)
            hub[route, day + feeder_days].append(voyage)
    return loading, hub
