"""Ports, land, the ways between them at sea, and how vessels sailed them."""

from riskscore.geo.conduct import CONDUCT, Windows, voyage_conduct, voyage_windows
from riskscore.geo.frames import land, on_land, ports_frame
from riskscore.geo.great_circle import great_circle_km
from riskscore.geo.nearest import nearest_port
from riskscore.geo.sea_distance import detour_ratio, sea_distance_km
from riskscore.geo.sea_lanes import along_km, off_line_km, sea_lane, sketched, unbroken
from riskscore.geo.track_arrays import SILENT_HOURS, SLOW_KN
from riskscore.geo.tracks import (
    draught_changes,
    in_order,
    sailed_speed_kn,
    slow_spells,
    track_gaps,
)

__all__ = [
    "CONDUCT",
    "SILENT_HOURS",
    "SLOW_KN",
    "Windows",
    "along_km",
    "detour_ratio",
    "draught_changes",
    "great_circle_km",
    "in_order",
    "land",
    "nearest_port",
    "off_line_km",
    "on_land",
    "ports_frame",
    "sailed_speed_kn",
    "sea_distance_km",
    "sea_lane",
    "sketched",
    "slow_spells",
    "track_gaps",
    "unbroken",
    "voyage_conduct",
    "voyage_windows",
]
