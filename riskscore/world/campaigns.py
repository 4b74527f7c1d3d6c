"""What a trafficking group decides: a method, a lane and the companies it uses, until it loses a load."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskscore.world.covers import COMPANIES, Companies, Lane
from riskscore.world.examine import SMUGGLING
from riskscore.world.setting import Setting, silent

REGIONS = {
    "andes": (("EC", "CO", "PE", "PA", "CR", "CL"), 0.34, "cocaine"),
    "brazil": (("BR", "UY", "AR"), 0.22, "cocaine"),
    "caribbean": (("DO", "JM", "GT", "HN", "MX"), 0.11, "cocaine"),
    "west_africa": (("GH", "CI", "NG", "TG", "BJ", "CM", "SN"), 0.09, "cocaine"),
    "maghreb": (("MA", "DZ", "TN"), 0.06, "cannabis_resin"),
    "levant": (("TR", "EG", "PK"), 0.10, "heroin"),
    "asia": (("CN", "VN", "TH", "MY", "AE"), 0.08, "cigarettes"),
}
"""Where groups are at home: countries of loading, share of the groups, what they carry."""
METHOD_SHARE = dict(zip(SMUGGLING, (0.34, 0.18, 0.18, 0.30), strict=True))
SAME_METHOD = 0.45
"""How often a group that moves on keeps its method."""
SERVICES_PER_LANE = 2


@dataclass(frozen=True)
class Campaign:
    """One way of smuggling that one group uses until it loses a load."""

    number: int
    group: int
    method: str
    substance: str
    routes: tuple[int, ...]
    unit: int
    place: int
    """Port of loading, or the hub where a load is slipped in (number in Setting.places)."""
    companies: Companies
    begins: int


def plan(
    setting: Setting,
    before: Campaign | None,
    *,
    group: tuple[int, str],
    number: int,
    day: int,
    rng: np.random.Generator,
) -> Campaign:
    """Return the next campaign of a group (number, region): after a loss another lane and other companies."""
    method = _choose_method(setting, before, day, rng)
    countries, _, substance = REGIONS[group[1]]
    while True:
        route = _choose_route(setting, countries, rng)
        place, unit = int(setting.route_place[route]), int(setting.network.routes["unit"].iloc[route])
        if before is None or (place, unit) != (before.place, before.unit):
            break
    routes = _routes_of_lane(setting, route, is_slipped_in=method == "rip_on_rip_off", rng=rng)
    lane = Lane(str(setting.network.routes["country"].iloc[route]), unit, day)
    companies = COMPANIES[method](setting, lane, rng)
    return Campaign(number, group[0], method, substance, routes, unit, place, companies, day)


def _choose_method(setting: Setting, before: Campaign | None, day: int, rng: np.random.Generator) -> str:
    """Return the next method: often the same again; dormant companies only while there are any."""
    shares = dict(METHOD_SHARE)
    if not silent(setting, day):
        del shares["dormant_company"]
    if before is not None and before.method in shares and rng.random() < SAME_METHOD:
        return before.method
    weights = np.array(list(shares.values()))
    return str(rng.choice(list(shares), p=weights / weights.sum()))


def _choose_route(setting: Setting, countries: tuple[str, ...], rng: np.random.Generator) -> int:
    own = np.flatnonzero(setting.network.routes["country"].isin(countries))
    weight = setting.network.routes["weight"].to_numpy(dtype=np.float64)[own] ** 0.5
    return int(rng.choice(own, p=weight / weight.sum()))


def _routes_of_lane(setting: Setting, route: int, *, is_slipped_in: bool, rng: np.random.Generator) -> tuple[int, ...]:
    """Return the lane's routes on up to two services: all through the place, or one per service from the same port."""
    routes = setting.network.routes
    same = routes["unit"] == routes["unit"].iloc[route]
    if is_slipped_in:
        same &= setting.route_place == setting.route_place[route]
    else:
        same &= routes["port_of_loading"] == routes["port_of_loading"].iloc[route]
    first = int(routes["service"].iloc[route])
    others = rng.permutation(routes.loc[same & (routes["service"] != first), "service"].unique()).tolist()
    own = np.flatnonzero(same & routes["service"].isin([first, *others[: SERVICES_PER_LANE - 1]]))
    if is_slipped_in:
        return tuple(own.tolist())
    per_service = pd.Series(own, index=routes["service"].to_numpy()[own]).groupby(level=0).first()
    return tuple(per_service.tolist())
