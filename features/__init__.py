"""Everything we look at, by grain. To add a family: write the module, then add it to its grain's list here."""

from features import cargo, conduct, containers, declarations, equipment, history, party, route, voyages
from riskscore.featureset import FeatureSet

FEATURE_SETS = {
    "container": FeatureSet(
        containers.GRAIN,
        {
            "party": party.FAMILY,
            "history": history.FAMILY,
            "cargo": cargo.FAMILY,
            "route": route.FAMILY,
            "equipment": equipment.FAMILY,
        },
    ),
    "voyage": FeatureSet(voyages.GRAIN, {"voyage": voyages.FAMILY, "conduct": conduct.FAMILY}),
    "declaration": FeatureSet(declarations.GRAIN, {"declaration": declarations.FAMILY}),
}
