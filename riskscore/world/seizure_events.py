"""What partners seized: finds at their own port, loads that never reached us, loads we missed, other people's."""

import numpy as np
import pandas as pd

from riskscore.reference import container_check_digits
from riskscore.world.arrays import Index, Texts
from riskscore.world.chance import draw
from riskscore.world.clock import DAY, HOUR, day_number
from riskscore.world.examine import SMUGGLING
from riskscore.world.history import History
from riskscore.world.names import company_names
from riskscore.world.network import Network
from riskscore.world.spec import WorldSpec
from riskscore.world.tables import companies, goods, goods_of
from riskscore.world.traders import pick
from riskscore.world.truth import hidden_goods
from riskscore.world.voyages import Schedule

PORTS = {"US": ("USNYC", "USSAV", "USHOU", "USCHS", "USORF"), "ES": ("ESALG", "ESBCN", "ESVLC")}
"""Where a partner seizes what was bound for it; Brazil seizes in the port of loading."""
MISSED_SHARE = 0.07
"""Loads that passed our units and are found inland later."""
MISSED_DAYS = (3, 26)
OTHERS_SHARE = 0.6
"""Seizures from people who are not in this world, per seizure of a load that was not meant for our units."""
WHAT = ["substance", "quantity_kg", "concealment"]


def of_containers(
    spec: WorldSpec, truth: pd.DataFrame, consignments: pd.DataFrame, inspections: pd.DataFrame
) -> pd.DataFrame:
    """Return the seizures of containers that came to our units: Spain's own finds, and some of those we missed."""
    keys = ["voyage_id", "container_number"]
    found = inspections.loc[inspections["outcome"] == "contraband", [*keys, "examined_at"]].drop_duplicates(keys)
    loaded = truth[truth["is_contraband"]].merge(found, how="left", on=keys)
    at_spain, known = loaded["unit"] == "ESVLC", loaded["examined_at"].notna()
    missed = _missed(spec, loaded) & ~known
    first = consignments[consignments["version"] == 1].set_index("thing").loc[loaded["thing"]].reset_index(drop=True)
    sender = np.select([at_spain, first["port_of_loading"].str.startswith("BR")], ["ES", "BR"], "US").astype(object)
    parties = [f"{role}_{name}" for role in ("shipper", "consignee") for name in ("name", "country")]
    table = pd.DataFrame(
        {
            "country": sender,
            "port": pd.Series("ESVLC", index=loaded.index).where(at_spain & known),
            "seized_at": np.where(known, _seconds(loaded["examined_at"]), _found_inland(spec, loaded)),
            **{name: loaded[name] for name in WHAT},
            "cover_hs6": first["hs6"],
            "container_number": first["painted_number"],
            **{name: first[name] for name in ("vessel_imo", "port_of_loading", *parties)},
            "transhipment_port": first["transhipment_ports"].str.split().str[-1],
        }
    )
    return table[(at_spain & known) | missed]


def _missed(spec: WorldSpec, loaded: pd.DataFrame) -> pd.Series:
    """Tell which loads would be found inland if no unit had found them, those of the live days left out."""
    chance = draw(spec.seed, "missed", loaded["thing"].to_numpy(dtype=np.int64))
    return (loaded["arrived_at"] < pd.Timestamp(spec.live_from, tz="UTC")) & (chance < MISSED_SHARE)


def _found_inland(spec: WorldSpec, loaded: pd.DataFrame) -> Index:
    low, high = MISSED_DAYS
    days = low + (high - low) * draw(spec.seed, "missed for", loaded["thing"].to_numpy(dtype=np.int64))
    return _seconds(loaded["arrived_at"]) + (days * DAY).astype(np.int64)


def _seconds(instants: pd.Series) -> Index:
    """Return instants as seconds since 1970; meaningless where missing."""
    return instants.astype("datetime64[s, UTC]").to_numpy(dtype="datetime64[s]").astype(np.int64)


def elsewhere(spec: WorldSpec, network: Network, schedule: Schedule, history: History) -> pd.DataFrame:
    """Return the seizures of the groups' loads that were never meant for our units."""
    rng = spec.stream("seized elsewhere")
    lost = history.partner_losses
    campaign = history.campaigns.iloc[lost["campaign"]].reset_index(drop=True)
    method = campaign["method"].map({name: code for code, name in enumerate(SMUGGLING)})
    here = pd.DataFrame({"campaign": lost["campaign"], "smuggling": method.to_numpy()})
    what = hidden_goods(spec, here, len(history.rows) + np.arange(len(lost)), history.campaigns)[WHAT]
    way = _way(network, lost["route"].to_numpy())
    vessel = schedule.voyages["vessel"].to_numpy()[lost["voyage"]]
    wares = [
        rng.choice(own or goods_of()[code]) for own, code in zip(campaign["goods"], way["shipper_country"], strict=True)
    ]
    parties = {role: _party(campaign[f"{role}s"], rng) for role in ("shipper", "consignee")}
    consignee = parties["consignee"].where(lost["sender"] != "US")
    return pd.DataFrame(
        {
            "country": lost["sender"],
            "port": _port(lost["sender"], way["port_of_loading"], rng),
            "seized_at": (day_number(spec.start) + lost["day"]) * DAY + rng.integers(0, 24, len(lost)) * HOUR,
            **what,
            "cover_hs6": goods()["hs6"].to_numpy()[wares],
            "container_number": _strange_numbers(len(lost), rng),
            "vessel_imo": schedule.vessels["vessel_imo"].to_numpy()[vessel],
            **way,
            **_named("shipper", parties["shipper"], history.parties),
            **_named("consignee", consignee, history.parties),
        }
    )


def others(spec: WorldSpec, network: Network, count: int) -> pd.DataFrame:
    """Return seizures that have nothing to do with the groups of this world."""
    rng = spec.stream("seized from others")
    route = pick(network.routes["weight"].to_numpy(float), count, rng)
    way = _way(network, route)
    sender = pd.Series(rng.choice(np.array(["ES", "BR", "US"], dtype=object), count))
    way.loc[sender == "BR", ["port_of_loading", "shipper_country"]] = "BRSSZ", "BR"
    home = sender.map({"ES": "ES", "BR": "NL", "US": "US"})
    return pd.DataFrame(
        {
            "country": sender,
            "port": _port(sender, way["port_of_loading"], rng),
            "seized_at": (day_number(spec.start) + rng.integers(-20, spec.days, count)) * DAY
            + rng.integers(0, 24, count) * HOUR,
            "substance": rng.choice(
                np.array(["cocaine", "heroin", "cannabis_resin", "methamphetamine", "cigarettes"], dtype=object), count
            ),
            "quantity_kg": np.exp(rng.normal(4.5, 1.2, count)).round(1),
            "concealment": rng.choice(
                np.array(["cover_load", "rip_on_rip_off", "structure", "other"], dtype=object), count
            ),
            "cover_hs6": rng.choice(goods()["hs6"].to_numpy(dtype=object), count),
            "container_number": _strange_numbers(count, rng),
            "vessel_imo": None,
            **way,
            "shipper_name": company_names(way["shipper_country"], rng),
            "consignee_name": company_names(home.where(home.isin(companies().index), "NL"), rng),
            "consignee_country": home,
        }
    )


def _way(network: Network, route: Index) -> pd.DataFrame:
    """Return port_of_loading, transhipment_port and shipper_country of routes."""
    routes = network.routes.iloc[route].reset_index(drop=True)
    return pd.DataFrame(
        {
            "port_of_loading": routes["port_of_loading"],
            "transhipment_port": routes["via"].str.split().str[-1],
            "shipper_country": routes["country"],
        }
    )


def _port(sender: pd.Series, port_of_loading: pd.Series, rng: np.random.Generator) -> Texts:
    own = {code: rng.choice(np.array(ports, dtype=object), len(sender)) for code, ports in PORTS.items()}
    return np.select([sender == code for code in PORTS], list(own.values()), port_of_loading.to_numpy(dtype=object))


def _party(campaigns: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Return one of each campaign's companies, NaN where it has none of its own."""
    return pd.Series([float(rng.choice(own)) if own else np.nan for own in campaigns])


def _named(role: str, party: pd.Series, parties: pd.DataFrame) -> dict[str, pd.Series]:
    known = party.fillna(0).astype("int64")
    return {
        f"{role}_{name}": pd.Series(parties[name].to_numpy(dtype=object)[known]).where(party.notna(), None)
        for name in ("name", "country")
    }


def _strange_numbers(count: int, rng: np.random.Generator) -> Texts:
    """Return valid numbers of boxes that never come to our units."""
    stems = "QZZU" + pd.Series(rng.integers(0, 1_000_000, count)).astype("str").str.zfill(6)
    return (stems + container_check_digits(stems).astype("str")).to_numpy(dtype=object)
