"""Who ships to whom: how long we know them, how much they ship, what was found on them."""

from riskscore.grain import family
from riskscore.measures import Count, DaysSinceFirst, DaysSinceLast, Mean, Rate

CONSIGNEE_FINDS = Rate("consignee_id", "inspections", hit="is_contraband")

FAMILY = family(
    Count("shipper_id", "consignments"),
    Count("consignee_id", "consignments"),
    Count("pair_id", "consignments"),
    DaysSinceFirst("shipper_id", "consignments"),
    DaysSinceFirst("consignee_id", "consignments"),
    DaysSinceFirst("pair_id", "consignments"),
    DaysSinceLast("shipper_id", "consignments", but_own=True),
    DaysSinceLast("consignee_id", "consignments", but_own=True),
    Mean("consignee_id", "consignments", "gross_weight_kg"),
    Rate("shipper_id", "inspections", hit="is_contraband"),
    CONSIGNEE_FINDS,
    Rate("pair_id", "inspections", hit="is_contraband", parent=CONSIGNEE_FINDS),
    Count("shipper_id", "seizures", days=(365,)),
    Count("consignee_id", "seizures", days=(30, 365)),
    Count("shipper_name_id", "seizures", days=(365,)),
    Count("consignee_name_id", "seizures", days=(365,)),
)
