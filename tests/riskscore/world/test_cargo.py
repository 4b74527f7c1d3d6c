import numpy as np
import pandas as pd
import pytest

from riskscore.world.cargo import honest_cargo, ships_on
from riskscore.world.clock import DAY, day_number
from riskscore.world.network import make_network
from riskscore.world.spec import WorldSpec
from riskscore.world.traders import make_traders
from riskscore.world.voyages import make_schedule

SPEC = WorldSpec(seed=5, days=60, containers_per_day=500)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    network = make_network(SPEC)
    return honest_cargo(SPEC, network, make_schedule(SPEC, network), make_traders(SPEC, network))


def test_about_as_many_containers_come_as_asked_for(rows: pd.DataFrame) -> None:
    boxes = rows[rows["shares_with"] < 0]
    manifested = boxes["manifested_on"] - day_number(SPEC.start)
    settled = boxes[manifested >= 20]
    assert len(settled) / (SPEC.days - 20) == pytest.approx(SPEC.containers_per_day, rel=0.12)


def test_a_manifest_comes_after_loading_and_mostly_days_before_arrival(rows: pd.DataFrame) -> None:
    cutoff = rows["manifested_on"] * DAY + SPEC.cutoff_hour * 3600
    assert (rows["loaded_at"] <= cutoff).all()
    days_ahead = (rows["planned_at"] - cutoff) / DAY
    assert (days_ahead > 2).mean() > 0.9
    assert (days_ahead < 1).any()


def test_bills_number_their_lines_and_belong_to_one_shipment(rows: pd.DataFrame) -> None:
    laden = rows[~rows["is_empty"]]
    assert not laden.duplicated(["bill", "line"]).any()
    assert (laden.groupby("bill")[["voyage", "shipper", "consignee"]].nunique() == 1).all(axis=None)


def test_a_second_consignment_lies_in_a_container_of_the_same_voyage(rows: pd.DataFrame) -> None:
    guests = rows[rows["shares_with"] >= 0]
    hosts = rows.iloc[guests["shares_with"]]
    assert len(guests) > 500
    assert (guests["voyage"].to_numpy() == hosts["voyage"].to_numpy()).all()
    assert (hosts["shares_with"] < 0).all()


def test_a_relation_ships_between_its_days_and_not_in_its_pause() -> None:
    relation = pd.DataFrame({"begins": [0.0], "ends": [50.0], "pause_from": [10.0], "pause_to": [20.0]})
    days = np.array([-1.0, 0.0, 9.9, 10.0, 19.9, 20.0, 49.9, 50.0])
    shipping = ships_on(relation, np.zeros(8, dtype=np.int64), days)
    assert shipping.tolist() == [False, True, True, False, False, True, True, False]
