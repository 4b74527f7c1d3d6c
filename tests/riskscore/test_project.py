from pathlib import Path

import pytest

from riskscore.errors import SettingsError
from riskscore.project import Project
from riskscore.settings import Settings
from riskscore.store.history import UNSEEN

PROJECT = Project(Settings().project_dir)


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "home/lake"), ({"RISKSCORE_LAKE": ""}, "home/lake"), ({"RISKSCORE_LAKE": "s3://b/x"}, "s3://b/x")],
)
def test_the_lake_lies_in_home_unless_it_is_said_to_lie_elsewhere(given: dict[str, str], expected: str) -> None:
    settings = Settings.load({"RISKSCORE_HOME": "home", "RISKSCORE_LAKE_SECRETS": "access", **given})
    place = PROJECT.lake(settings).place
    assert (place.address, place.secrets) == (expected, Path("access"))


def test_an_address_with_a_password_is_refused_unquoted() -> None:
    settings = Settings.load({"RISKSCORE_LAKE": "s3://me:hush@host/x"})
    with pytest.raises(SettingsError, match="RISKSCORE_LAKE") as caught:
        PROJECT.lake(settings)
    assert "hush" not in str(caught.value)


def test_no_name_of_a_party_is_at_hand(tmp_path: Path) -> None:
    tables = PROJECT.lake(Settings(home=tmp_path)).schemas
    at_hand = {contract.lake_table: contract.personal for contract in PROJECT.internal.values()}
    assert {"shipper_id", "hs6"} <= set(tables["consignment"].at_hand)
    for name, personal in at_hand.items():
        held = tables[name].at_hand if name in tables else ()
        assert {*personal, *UNSEEN}.isdisjoint(held)
