from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscore.settings import Settings
from riskscore.world.clock import business_day, day_number, timestamps, to_date


@given(st.integers(1_500_000_000, 2_200_000_000))
def test_business_days_are_those_of_the_pipeline(instant: int) -> None:
    found = to_date(int(business_day(np.array([instant]), 6)[0]))
    assert found == Settings().business_day(datetime.fromtimestamp(instant, UTC))


@given(st.dates())
def test_day_numbers_lead_back_to_the_day(day: object) -> None:
    assert to_date(day_number(day)) == day  # type: ignore[arg-type]  # hypothesis gives dates


def test_timestamps_are_in_utc() -> None:
    assert timestamps(np.array([0, 86_399])).astype("str").to_list() == [
        "1970-01-01 00:00:00+00:00",
        "1970-01-01 23:59:59+00:00",
    ]
