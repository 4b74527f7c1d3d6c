"""Displacement: a planted move is found and named, noise is not, unequal windows are made equal."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from riskscore.monitoring import displacement, displacement_findings, load_monitor_policy

DAY = date(2026, 5, 4)
POLICY = load_monitor_policy()
DAYS = POLICY.windows.routes_days


def month(ago: int, days: int = DAYS, *, seed: int = 1, **finds: int) -> pd.DataFrame:
    """Return tallies of four lanes, one a unit of risk a day each, over days that end `ago` days before DAY."""
    random = np.random.default_rng(seed)
    rows = []
    for day in (DAY - timedelta(days=ago + number) for number in range(days)):
        for name in ("EC>NL", "CO>NL", "BR>BE", "CN>DE"):
            found = int(random.poisson(finds.get(name[:2], 10) / days))
            rows.append({"monitor_day": day, "subject": "lane", "name": name, "rows": 100, "risk": 1.0, "finds": found})
    return pd.DataFrame(rows)


def test_a_route_that_moved_is_named_with_where_from_and_where_to() -> None:
    tallies = pd.concat([month(DAYS, EC=80, CO=1), month(0, seed=2, EC=1, CO=80)])
    moved = displacement(tallies, DAY, POLICY)
    found = {one.place: one for one in displacement_findings(moved, POLICY)}
    assert set(found) == {"lane EC>NL", "lane CO>NL"}
    assert found["lane EC>NL"].what.startswith("lost")
    assert found["lane CO>NL"].what.startswith("gained")
    assert {one.level for one in found.values()} == {"alarm"}


def test_risk_that_moves_without_a_find_is_seen() -> None:
    before, now = month(DAYS, EC=0, CO=0, BR=0, CN=0), month(0, EC=0, CO=0, BR=0, CN=0)
    now = now.assign(risk=now["risk"].where(now["name"] != "CO>NL", 5.0))
    (one,) = displacement_findings(displacement(pd.concat([before, now]), DAY, POLICY), POLICY)
    assert (one.place, one.level) == ("lane CO>NL", "alarm")


def test_noise_moves_nothing_even_where_the_window_before_is_short() -> None:
    for seed in range(20):
        tallies = pd.concat([month(DAYS, days=10, seed=seed), month(0, seed=seed + 100).assign()])
        tallies["finds"] = 0
        (one,) = displacement_findings(displacement(tallies, DAY, POLICY), POLICY)
        assert one.level == "ok"


def test_one_window_alone_judges_nothing() -> None:
    (one,) = displacement_findings(displacement(month(0), DAY, POLICY), POLICY)
    assert one.value is None


def test_a_route_of_no_weight_is_left_out() -> None:
    now = month(0)
    tiny = now.assign(name="XX>XX", risk=1e-6, finds=0)
    assert "XX>XX" not in set(displacement(pd.concat([month(DAYS), now, tiny]), DAY, POLICY)["name"])
