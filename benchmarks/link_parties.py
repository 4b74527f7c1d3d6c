"""Whom the seizures told by partners are counted for, and rightly: python -m benchmarks.link_parties [seed]."""

import argparse

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.options import seed
from riskscore.entities import name_id, party_id
from riskscore.world import World, WorldSpec, make_world

KEY = ["voyage_id", "container_number"]
DUE_BEFORE_DAYS = 2
WINDOW_DAYS = 365


def days(instants: pd.Series) -> npt.NDArray[np.int64]:
    """Return instants as days since 1970-01-01."""
    numbers: npt.NDArray[np.int64] = instants.dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    return numbers


def with_ids(rows: pd.DataFrame, role: str) -> pd.DataFrame:
    """Add the two identifiers of the party in a role: `id` and `name_id`."""
    name, country = rows[f"{role}_name"], rows[f"{role}_country"]
    return rows.assign(id=party_id(name, country), name_id=name_id(name))


def told_of(world: World, role: str) -> pd.DataFrame:
    """Return the newest version of each seizure that names a party in a role."""
    newest = world.seizures.drop_duplicates("seizure_id", keep="last")
    named = with_ids(newest[newest[f"{role}_name"].notna()], role)
    return named.assign(has_country=named[f"{role}_country"].notna(), true_id=named[f"true_{role}_id"])


def report(told: pd.DataFrame, ours: pd.DataFrame, due: pd.DataFrame, by: str) -> str:
    """Return in words whom the seizures are counted for, and what is in the containers that it speaks against."""
    links = told[list({by, "seizure_id", "true_id"})].merge(ours.drop_duplicates(["id", by]), on=by, suffixes=("", "_"))
    right = int((links["id"] == links["true_id"]).sum())
    pairs = due.merge(told[[by, "delivered_on", "seized_at"]], on=by)
    known = (pairs["delivered_on"] <= pairs["due_on"]) & (days(pairs["seized_at"]) > pairs["due_on"] - WINDOW_DAYS)
    named = pairs[known].drop_duplicates(KEY)
    of_ours, loaded = told["true_id"].isin(ours["id"]).sum(), named["is_contraband"].sum()
    return (
        f"{len(told)} seizures, {of_ours} of our parties; by {by}: {right} linked rightly, {len(links) - right} "
        f"wrongly; {len(named)} containers due, {loaded} with contraband"
    )


def main() -> None:
    """Print it by role, by whether the country is told, and by identifier."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.link_parties", description=__doc__)
    asked.add_argument("seed", type=seed, nargs="?", default=WorldSpec().seed)
    world = make_world(WorldSpec(seed=asked.parse_args().seed))
    share = world.truth["is_contraband"].mean()
    print(f"INVENTED world: {len(world.seizures)} seizure rows, {len(world.truth)} containers, {share:.1%} contraband")
    first = world.consignments[world.consignments["version"] == 1]
    first = first.merge(world.truth[[*KEY, "arrived_at", "is_contraband"]], on=KEY)
    for role in ("shipper", "consignee"):
        papers, told = with_ids(first, role), told_of(world, role)
        ours = papers[["id", "name_id"]].drop_duplicates()
        due = papers[[*KEY, "id", "name_id", "is_contraband"]].assign(
            due_on=days(papers["arrived_at"]) - DUE_BEFORE_DAYS
        )
        for words, rows in (("", told[told["has_country"]]), ("out", told[~told["has_country"]])):
            for by in ("id", "name_id"):
                print(f"{role}s with{words} a country: {report(rows, ours, due, by)}")


if __name__ == "__main__":
    main()
