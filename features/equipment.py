"""The box itself: its number, its type against the goods, and where it has been."""

import pandas as pd

from riskscore import reference
from riskscore.featureset import family, row_feature
from riskscore.measures import Count, DaysSinceLast, Sum

CHILLED_CHAPTERS = ("02", "03", "04", "06", "07", "08")
"""HS chapters of goods that usually travel cooled: meat, fish, dairy, plants, vegetables, fruit."""
COOLED = ("R", "H")
"""ISO 6346 type groups of thermal containers."""


@row_feature
def is_check_digit_wrong(rows: pd.DataFrame) -> pd.Series:
    """Whether the container number fails its ISO 6346 check digit."""
    return ~reference.valid_container_numbers(rows["container_number"])


@row_feature
def is_chilled_goods_in_dry_container(rows: pd.DataFrame) -> pd.Series:
    """Whether goods that usually travel cooled are in a container that cannot cool."""
    return rows["hs6"].str.startswith(CHILLED_CHAPTERS) & ~_is_cooled(rows)


@row_feature
def is_dry_goods_in_cooled_container(rows: pd.DataFrame) -> pd.Series:
    """Whether goods that need no cooling are in a cooled container."""
    return ~rows["hs6"].str.startswith(CHILLED_CHAPTERS) & _is_cooled(rows)


@row_feature
def is_empty(rows: pd.DataFrame) -> pd.Series:
    """Whether the container is declared empty."""
    return rows["is_empty"]


@row_feature
def seal_count(rows: pd.DataFrame) -> pd.Series:
    """Number of seals declared."""
    return rows["seal_numbers"].str.count(r"\S+").fillna(0)


def _is_cooled(rows: pd.DataFrame) -> pd.Series:
    return rows["container_type"].str[2].isin(COOLED)


FAMILY = family(
    Count("container_number", "consignments"),
    Sum("container_number", "consignments", "is_empty", days=(90, 365), scale=1),
    DaysSinceLast("container_number", "consignments", but_own=True),
    Count("container_number", "seizures", days=(90, 365)),
    is_check_digit_wrong,
    is_chilled_goods_in_dry_container,
    is_dry_goods_in_cooled_container,
    is_empty,
    seal_count,
)
