"""How it travels: distance, detour, transhipments, and whether this shipper has gone this way before."""

import pandas as pd

from riskscore import geo, reference
from riskscore.grain import family, row_feature
from riskscore.measures import Count, DaysSinceFirst


@row_feature
def great_circle_km(rows: pd.DataFrame) -> pd.Series:
    """Great-circle distance from port of loading to port of discharge, in km."""
    at = reference.ports()[["lat", "lon"]]
    origin = at.reindex(rows["port_of_loading"]).set_axis(rows.index)
    destination = at.reindex(rows["port_of_discharge"]).set_axis(rows.index)
    distance: pd.Series = geo.great_circle_km(origin["lat"], origin["lon"], destination["lat"], destination["lon"])
    return distance


@row_feature
def sea_distance_km(rows: pd.DataFrame) -> pd.Series:
    """Shortest distance by sea from port of loading to port of discharge, in km."""
    return geo.sea_distance_km(rows["port_of_loading"], rows["port_of_discharge"])


@row_feature
def detour_ratio(rows: pd.DataFrame) -> pd.Series:
    """Distance by sea through all transhipment ports over the shortest distance by sea."""
    return geo.detour_ratio(rows["port_of_loading"], rows["transhipment_ports"], rows["port_of_discharge"])


@row_feature
def transhipment_count(rows: pd.DataFrame) -> pd.Series:
    """Number of times the container changes ships."""
    return rows["transhipment_ports"].str.count(r"\S+").fillna(0)


@row_feature
def days_under_way(rows: pd.DataFrame) -> pd.Series:
    """Days from loading to the planned arrival."""
    return in_days(rows["planned_arrival_at"] - rows["loaded_at"])


@row_feature
def booking_lead_days(rows: pd.DataFrame) -> pd.Series:
    """Days from booking to loading."""
    return in_days(rows["loaded_at"] - rows["booked_at"])


@row_feature
def is_shipper_from_elsewhere(rows: pd.DataFrame) -> pd.Series:
    """Whether the shipper's country is not that of the port of loading."""
    return _differ(rows["shipper_country"], rows["port_of_loading"].str[:2])


@row_feature
def is_consignee_elsewhere(rows: pd.DataFrame) -> pd.Series:
    """Whether the consignee's country is not that of the port of discharge."""
    return _differ(rows["consignee_country"], rows["port_of_discharge"].str[:2])


def _differ(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return 1 where the two differ and 0 where not; missing where either is missing."""
    return (one != other).astype("float64").where(one.notna() & other.notna())


def in_days(duration: pd.Series) -> pd.Series:
    """Return durations as days."""
    days: pd.Series = duration.dt.total_seconds() / 86_400
    return days


FAMILY = family(
    Count("shipper_route_id", "consignments", days=(90, 365)),
    DaysSinceFirst("shipper_route_id", "consignments"),
    great_circle_km,
    sea_distance_km,
    detour_ratio,
    transhipment_count,
    days_under_way,
    booking_lead_days,
    is_shipper_from_elsewhere,
    is_consignee_elsewhere,
)
