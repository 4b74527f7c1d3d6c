"""One day in a few hundred rows: what later days compare with, so that nobody reads the history for it."""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from riskscore.monitoring.drift import MISSING, SCORE, Reference

COLUMNS = ("monitor_day", "subject", "name", "bin", "model", "rows", "risk", "finds")
ROUTES = ("lane", "port_of_loading", "transhipment", "goods", "unit")
"""What risk can move between; a lane is a port of loading and the unit it leads to, goods the HS chapter."""
NONE = "none"


def tally(
    day: date, scores: pd.DataFrame, features: pd.DataFrame, finds: pd.DataFrame, reference: Reference | None
) -> pd.DataFrame:
    """Return the day's counts, one row a subject, name and bin; columns as COLUMNS.

    `scores` has the day's containers (unit, port_of_loading, transhipment_ports, hs6, raw, probability, coverage,
    model), `features` their features, `finds` one row a container in which something was found by what became known
    that day, with its route. `risk` sums probabilities (of `coverage`: coverages), `finds` counts containers.
    """
    model = str(scores["model"].iloc[0]) if len(scores) else ""
    parts = [*_routes(scores, finds), _coverage(scores)]
    if reference is not None and len(scores):
        columns = {**{name: features[name] for name in reference.spreads if name in features}, SCORE: scores["raw"]}
        parts += [_spread(name, columns[name], reference) for name in columns]
    whole = pd.concat(parts, ignore_index=True).assign(monitor_day=day, model=model)
    kinds = {"bin": "int64", "rows": "int64", "risk": "float64", "finds": "int64"}
    return whole[list(COLUMNS)].astype(kinds)


def names_of(rows: pd.DataFrame) -> Mapping[str, pd.Series]:
    """Return what each row is called in every way that risk can move."""
    loading = rows["port_of_loading"].fillna(NONE)
    through = rows["transhipment_ports"].str.replace(r"^.* ", "", regex=True).fillna(NONE)
    return {
        "lane": loading + ">" + rows["unit"],
        "port_of_loading": loading,
        "transhipment": through,
        "goods": rows["hs6"].str[:2].fillna(NONE),
        "unit": rows["unit"],
    }


def _routes(scores: pd.DataFrame, finds: pd.DataFrame) -> Iterable[pd.DataFrame]:
    scored, found = names_of(scores), names_of(finds)
    for subject in ROUTES:
        grouped = scores.groupby(scored[subject].rename("name"))["probability"].agg(["size", "sum"])
        seen = found[subject].value_counts().rename_axis("name")
        both = grouped.set_axis(["rows", "risk"], axis=1).join(seen.rename("finds"), how="outer").fillna(0)
        yield both.reset_index().assign(subject=subject, bin=0)


def _coverage(scores: pd.DataFrame) -> pd.DataFrame:
    said = {"rows": len(scores), "risk": scores["coverage"].sum(), "finds": 0}
    return pd.DataFrame([{"subject": "coverage", "name": "all", "bin": 0, **said}])


def _spread(name: str, values: pd.Series, reference: Reference) -> pd.DataFrame:
    counts = reference.spreads[name].count(values.to_numpy(dtype=np.float64))
    kept = np.flatnonzero(counts)
    subject = "score" if name == SCORE else "feature"
    return pd.DataFrame(
        {"subject": subject, "name": name, "bin": kept + MISSING, "rows": counts[kept], "risk": 0.0, "finds": 0}
    )
