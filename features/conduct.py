"""How the vessel sailed on this voyage: where nothing was heard of it, where it lay nearly still, how deep it lay."""

import pandas as pd

from riskscore.grain import family, row_feature


@row_feature
def longest_silence_hours(rows: pd.DataFrame) -> pd.Series:
    """Longest time under way on this voyage without a position, in hours (0: none of 12 hours)."""
    return rows["longest_silence_hours"]


@row_feature
def silence_count(rows: pd.DataFrame) -> pd.Series:
    """Number of times that nothing was heard of the vessel under way on this voyage for 12 hours or more."""
    return rows["silence_count"]


@row_feature
def slow_at_sea_hours(rows: pd.DataFrame) -> pd.Series:
    """Hours on this voyage slower than 5 knots and more than 20 nautical miles from any port."""
    return rows["slow_at_sea_hours"]


@row_feature
def draught_change_m(rows: pd.DataFrame) -> pd.Series:
    """Largest change of draught on this voyage that no call explains, in m (0: none of 0.5 m)."""
    return rows["draught_change_m"]


FAMILY = family(longest_silence_hours, silence_count, slow_at_sea_hours, draught_change_m)
