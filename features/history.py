"""What was found and seized on this kind of goods, lane, port, carrier, vessel and container, and how busy each is."""

from riskscore.grain import family
from riskscore.measures import Count, DaysSinceLast, Rate

HS6_FINDS = Rate("hs6", "inspections", hit="is_contraband")
LOADING_FINDS = Rate("port_of_loading", "inspections", hit="is_contraband")
CARRIER_FINDS = Rate("carrier_code", "inspections", hit="is_contraband")

FAMILY = family(
    Count("hs6", "consignments"),
    Count("lane_id", "consignments"),
    Count("port_of_loading", "consignments"),
    Count("transhipment_port", "consignments"),
    Count("carrier_code", "consignments"),
    Count("vessel_imo", "consignments"),
    HS6_FINDS,
    LOADING_FINDS,
    CARRIER_FINDS,
    Rate("lane_id", "inspections", hit="is_contraband", parent=LOADING_FINDS),
    Rate("transhipment_port", "inspections", hit="is_contraband"),
    Rate("vessel_imo", "inspections", hit="is_contraband", parent=CARRIER_FINDS),
    Count("hs6", "seizures", days=(90, 365)),
    Count("lane_id", "seizures", days=(90, 365)),
    Count("port_of_loading", "seizures", days=(30, 90, 365)),
    Count("transhipment_port", "seizures", days=(30, 90, 365)),
    Count("vessel_imo", "seizures", days=(365,)),
    DaysSinceLast("port_of_loading", "seizures"),
    DaysSinceLast("transhipment_port", "seizures"),
)
