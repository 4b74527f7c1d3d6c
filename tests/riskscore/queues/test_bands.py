"""Bands: each probability has one, and its limits belong to the higher."""

import pytest

from riskscore.queues.bands import BANDS, band


@pytest.mark.parametrize(
    ("probability", "name"),
    [(1.0, "high"), (0.2, "high"), (0.1999, "medium"), (0.05, "medium"), (0.0499, "low"), (0.0, "low")],
)
def test_a_limit_belongs_to_the_higher_band(probability: float, name: str) -> None:
    assert band(probability) == name


def test_bands_are_told_from_the_highest_down() -> None:
    limits = [least for least, _ in BANDS]
    assert limits == sorted(limits, reverse=True)
    assert limits[-1] == 0
