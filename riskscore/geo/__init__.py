"""Ports, land and the ways between them at sea."""

from riskscore.geo.frames import land, on_land, ports_frame
from riskscore.geo.great_circle import great_circle_km
from riskscore.geo.nearest import nearest_port
from riskscore.geo.sea_distance import detour_ratio, sea_distance_km

__all__ = [
    "detour_ratio",
    "great_circle_km",
    "land",
    "nearest_port",
    "on_land",
    "ports_frame",
    "sea_distance_km",
]
