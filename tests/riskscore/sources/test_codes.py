"""Code values: on the sender's list they become ours, else they stay."""

import pytest

from riskscore.sources.codes import by_list, country_alpha_2, joined_locode, undotted_hs6

CASES = [
    (by_list({"Y": "true"}), "Y", "true"),
    (by_list({"Y": "true"}), "y", "y"),
    (country_alpha_2, "BRA", "BR"),
    (country_alpha_2, "NAM", "NA"),
    (country_alpha_2, "XXX", "XXX"),
    (country_alpha_2, "bra", "bra"),
    (joined_locode, "US NYC", "USNYC"),
    (joined_locode, "USNYC", "USNYC"),
    (joined_locode, "US  NYC", "US  NYC"),
    (joined_locode, "us nyc", "us nyc"),
    (undotted_hs6, "0803.90", "080390"),
    (undotted_hs6, "803.9", "803.9"),
    (undotted_hs6, "0803.90.11", "0803.90.11"),
]


@pytest.mark.parametrize(("convert", "sent", "ours"), CASES)
def test_a_code_becomes_ours_or_stays(convert, sent: str, ours: str) -> None:
    assert convert(sent) == ours
