"""The box itself: its number, its type against the goods, its seals, and where it has been."""

import pandas as pd

from riskscore import reference
from riskscore.grain import family, row_feature
from riskscore.measures import Count, DaysSinceLast, Sum

CHILLED_CHAPTERS = ("02", "03", "04", "06", "07", "08")
"""HS chapters of goods that usually travel cooled: meat, fish, dairy, plants, vegetables, fruit."""
COOLED = ("R", "H")
"""ISO 6346 type groups of thermal containers."""


@row_feature
def is_check_digit_wrong(rows: pd.DataFrame) -> pd.Series:
    """Whether the last digit of the container's number does not follow from the others (ISO 6346)."""
    number = rows["container_number"]
    return (1 - reference.valid_container_numbers(number).astype("float64")).where(number.notna())


@row_feature
def is_chilled_goods_in_dry_container(rows: pd.DataFrame) -> pd.Series:
    """Whether goods that usually travel cooled are in a container that cannot cool."""
    return _is_chilled_goods(rows) * (1 - _is_cooled(rows))


@row_feature
def is_dry_goods_in_cooled_container(rows: pd.DataFrame) -> pd.Series:
    """Whether goods that need no cooling are in a cooled container."""
    return (1 - _is_chilled_goods(rows)) * _is_cooled(rows) * (1 - rows["is_empty"].astype("float64"))


@row_feature
def is_empty(rows: pd.DataFrame) -> pd.Series:
    """Whether the container is declared empty."""
    return rows["is_empty"]


@row_feature
def seal_count(rows: pd.DataFrame) -> pd.Series:
    """Number of seals declared."""
    return rows["seal_numbers"].str.count(r"\S+").fillna(0)


def _is_chilled_goods(rows: pd.DataFrame) -> pd.Series:
    return _is_among(rows["hs6"].str[:2], CHILLED_CHAPTERS)


def _is_cooled(rows: pd.DataFrame) -> pd.Series:
    return _is_among(rows["container_type"].str[2], COOLED)


def _is_among(codes: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    """Return 1 where a code is wanted and 0 where not; missing where it is missing."""
    return codes.isin(wanted).astype("float64").where(codes.notna())


FAMILY = family(
    Count("container_number", "consignments"),
    Sum("container_number", "consignments", "empty_trips", days=(90, 365), scale=1),
    DaysSinceLast("container_number", "consignments", but_own=True),
    Count("container_number", "seizures", days=(90, 365)),
    is_check_digit_wrong,
    is_chilled_goods_in_dry_container,
    is_dry_goods_in_cooled_container,
    is_empty,
    seal_count,
)
