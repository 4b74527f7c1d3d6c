"""The grain `container`: one container aboard one voyage, scored when its arrival comes near or its papers change."""

import numpy as np
import pandas as pd
import pyarrow as pa

from riskscore.grain import Grain, Stream
from riskscore.store.asof import AsOf, join_versions

EXPECT_AHEAD_DAYS = 2
"""A container is scored this many days before its planned arrival, and again when plan or papers change after that."""
PLAN_KEPT_DAYS = 180
"""A plan that nobody renewed for so long is no longer expected to come true."""
OVERDUE_DAYS = 30
"""A call planned longer ago than this, and never reported, is no longer expected."""

KEY = ("voyage_id", "container_number")
CALL = ["voyage_id", "port_of_discharge"]
PAPERS = [
    *KEY, "shipper_id", "consignee_id", "hs6", "port_of_loading", "transhipment_ports", "carrier_code", "vessel_imo",
]  # fmt: skip
"""What papers say of who and where."""
FOLLOWED = [
    *PAPERS, "shipper_name_id", "consignee_name_id", "loaded_at", "is_empty", "package_count", "gross_weight_kg",
    "value_usd",
]  # fmt: skip
"""What is followed of a consignment; both streams made of papers ask for the same, which is then read once."""
LOOKED_AT = [
    *FOLLOWED, "bill_of_lading", "line_number", "container_type", "port_of_discharge", "final_destination",
    "shipper_country", "consignee_country", "goods_description", "freight_terms", "seal_numbers", "booked_at",
]  # fmt: skip
"""What is looked at of a consignment on the day it is scored: no party's name is."""
ENTITIES = {
    "shipper_id": "shipper",
    "consignee_id": "consignee",
    "shipper_name_id": "shipper's name (with any country or none)",
    "consignee_name_id": "consignee's name (with any country or none)",
    "pair_id": "pair of shipper and consignee",
    "hs6": "HS code",
    "lane_id": "lane (HS code and port of loading)",
    "port_of_loading": "port of loading",
    "transhipment_port": "transhipment port",
    "shipper_route_id": "shipper through this transhipment port",
    "carrier_code": "carrier",
    "vessel_imo": "vessel",
    "container_number": "container",
}
FINDS = {"contraband": 1.0, "nothing": 0.0}


def expected(as_of: AsOf) -> pd.DataFrame:
    """Return the containers due to be scored, one row each, described by the heaviest consignment inside."""
    coming = calls_coming(as_of).rename(columns={"port": "port_of_discharge"})
    due = containers_due(as_of, coming)
    among = {name: due[name].drop_duplicates() for name in KEY}
    aboard = as_of.table("consignment", among=among, columns=LOOKED_AT).merge(due, on=list(KEY))
    by_container = one_row_each(aboard.merge(coming, on=CALL))
    return with_entities(by_container).assign(event_on=lambda rows: as_of.days_of(rows["loaded_at"]))


def containers_due(as_of: AsOf, coming: pd.DataFrame) -> pd.DataFrame:
    """Return the key of every container that is due to be scored, from the calls to come.

    Due is the day on which the last of three things came true: the arrival is EXPECT_AHEAD_DAYS away, the
    consignment is known, the newest plan of the call is known. A container that has arrived is not due.
    """
    among = {"voyage_id": set(coming["voyage_id"])}
    aboard = as_of.table("consignment", among=among, columns=[*KEY, "port_of_discharge"])
    call_due_on = aboard[CALL].merge(coming, how="left", on=CALL)["call_due_on"]
    is_due = np.maximum(aboard["known_on"], call_due_on) == as_of.number
    due: pd.DataFrame = aboard.loc[is_due, list(KEY)].drop_duplicates()
    return due


def calls_coming(as_of: AsOf) -> pd.DataFrame:
    """Return the calls planned near enough to be scored and not yet made, with the day each became due.

    Of several such calls of one voyage at one port the earliest counts: papers do not say for which one they are.
    """
    columns = ["voyage_id", "port", "planned_arrival_at", "actual_arrival_at", "service_code"]
    calls = as_of.table("port_call", columns=columns, known_for=PLAN_KEPT_DAYS)
    arrival_on = as_of.days_of(calls["planned_arrival_at"])
    due_on = np.maximum(calls["known_on"], arrival_on - EXPECT_AHEAD_DAYS)
    is_near = (due_on <= as_of.number) & (arrival_on > as_of.number - OVERDUE_DAYS) & calls["actual_arrival_at"].isna()
    near = calls.assign(call_due_on=due_on)[is_near].drop(columns=["known_on", "superseded_on", "actual_arrival_at"])
    return near.sort_values("planned_arrival_at", kind="stable").drop_duplicates(["voyage_id", "port"])


def one_row_each(aboard: pd.DataFrame) -> pd.DataFrame:
    """Return one row a container and voyage: its heaviest consignment, with weights, packages and values summed.

    A sum is missing where any part of it is: a value that is half declared is not half as high.
    """
    if aboard.empty:
        return aboard.assign(consignment_count=np.int64(0))
    sums = ["gross_weight_kg", "package_count", "value_usd"]
    heaviest_first = aboard[[*KEY, *sums, "known_on", "bill_of_lading", "line_number"]].sort_values(
        [*KEY, "gross_weight_kg", "bill_of_lading", "line_number"], ascending=[True, True, False, True, True]
    )
    grouped = heaviest_first.groupby(list(KEY), sort=False)
    main = aboard.take(heaviest_first.drop_duplicates(list(KEY)).index.to_numpy())
    for name, summed in grouped[sums].sum(skipna=False).items():
        main[name] = summed.to_numpy()
    main["known_on"], main["consignment_count"] = grouped["known_on"].max().to_numpy(), grouped.size().to_numpy()
    return main.reset_index(drop=True)


def with_entities(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the entity columns made of several others; one is missing where any of its parts is."""
    through = rows["transhipment_ports"].str.replace(r"^.* ", "", regex=True)
    return rows.assign(
        pair_id=rows["shipper_id"] + ">" + rows["consignee_id"],
        lane_id=rows["hs6"] + "@" + rows["port_of_loading"],
        transhipment_port=through,
        shipper_route_id=rows["shipper_id"] + "@" + through,
    )


def consignments(as_of: AsOf) -> pd.DataFrame:
    """Every consignment known, on the day it was loaded."""
    known = as_of.versions("consignment", columns=FOLLOWED)
    return with_entities(known).assign(
        event_on=as_of.days_of(known["loaded_at"]),
        empty_trips=known["is_empty"].astype("float64"),
        unit_value_logarithm=log_ratio(known["value_usd"], known["gross_weight_kg"]),
        package_weight_logarithm=log_ratio(known["gross_weight_kg"], known["package_count"]),
    )


def log_ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return the natural logarithm of part over whole; missing unless both are above 0."""
    ratio = part.where(part > 0) / whole.where(whole > 0)
    return pd.Series(np.log(ratio.to_numpy(dtype=np.float64)), ratio.index)


def inspections(as_of: AsOf) -> pd.DataFrame:
    """Every inspection known, once for each consignment of its container, on the day it was decided."""
    decided = as_of.versions("inspection", columns=[*KEY, "decided_at", "outcome"])
    results = decided[[*KEY, "known_on", "superseded_on"]].assign(
        event_on=as_of.days_of(decided["decided_at"]), is_contraband=decided["outcome"].map(FINDS)
    )
    papers = as_of.versions("consignment", columns=FOLLOWED)[[*PAPERS, "known_on", "superseded_on"]]
    return with_entities(join_versions(results, papers, on=list(KEY)))


def seizures(as_of: AsOf) -> pd.DataFrame:
    """Every seizure that partners shared, on the day it happened."""
    shared = as_of.versions("seizure")
    return with_entities(shared.rename(columns={"cover_hs6": "hs6", "transhipment_port": "transhipment_ports"})).assign(
        event_on=as_of.days_of(shared["seized_at"])
    )


def labels(as_of: AsOf) -> pd.DataFrame:
    """Containers examined with a clear result: `is_find` if any found something, by what was known when decided."""
    clear = as_of.table("inspection").assign(is_find=lambda known: known["outcome"].map(FINDS)).dropna(subset="is_find")
    any_find = clear.groupby(list(KEY))["is_find"].transform("max")
    clear = clear.assign(decided_on=as_of.cutoffs_before(clear["decided_at"]), is_find=any_find)
    columns = [*KEY, "decided_on", "is_find", "decided_by", "selection_probability"]
    return clear.sort_values([*KEY, "decided_on"])[columns].drop_duplicates(list(KEY), ignore_index=True)


CONTEXT = {
    **dict.fromkeys(("port_of_discharge", "vessel_imo", "port_of_loading", "transhipment_ports"), pa.string()),
    "planned_arrival_at": pa.timestamp("us", tz="UTC"),
    **dict.fromkeys(("container_type", "goods_description", "hs6", "final_destination"), pa.string()),
}

STREAMS = {
    "consignments": Stream(consignments, ("consignment",), near=KEY),
    "inspections": Stream(inspections, ("inspection", "consignment"), near=KEY),
    "seizures": Stream(seizures, ("seizure",), near=("seizure_id",)),
}

GRAIN = Grain(
    name="container",
    key=KEY,
    population=expected,
    streams=STREAMS,
    labels=labels,
    entities=ENTITIES,
    context=CONTEXT,
)
