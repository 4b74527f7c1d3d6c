"""Instants as whole seconds since 1970 (UTC) and business days as whole days, so that NumPy can count with them."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from riskscore.world.arrays import Index

HOUR = 3600
DAY = 24 * HOUR
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return the number of days between 1970-01-01 and `day`."""
    return (day - EPOCH).days


def to_date(number: int) -> date:
    """Return the day of a day number."""
    return datetime.fromtimestamp(int(number) * DAY, UTC).date()


def business_day(instant: Index, cutoff_hour: int) -> Index:
    """Return the first day whose cut-off is not before each instant."""
    return -((cutoff_hour * HOUR - np.asarray(instant)) // DAY)


def timestamps(instant: Index) -> pd.Series:
    """Return instants as UTC timestamps."""
    seconds = np.asarray(instant).astype("datetime64[s]")
    return pd.Series(pd.DatetimeIndex(seconds.astype("datetime64[us]"), tz="UTC"))
