"""What a track says is said in words, in order of time, in every language."""

from datetime import UTC, datetime, timedelta

import pytest

from riskscore.desk.case import DraughtChange, Fix, Sailed, Silence, SlowSpell, Spot
from riskscore.web.conduct import daily, incidents, place, where
from riskscore.web.languages import LANGUAGES, Speech

NOON = datetime(2026, 4, 20, 12, tzinfo=UTC)
OFF_VIGO = Spot(42.31, -9.62, "ESVGO", "Vigo", 81.4)
AT_BALBOA = Spot(8.9, -79.5, "PABLB", "Balboa", 6.0)


def later(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def sailed(**parts: tuple[object, ...]) -> Sailed:
    usual = {"track": (), "silences": (), "slow": (), "draughts": ()}
    return Sailed(**(usual | parts), km=None, usual_kn=None, fastest_kn=None, off_lane=None)  # type: ignore[arg-type] # parts of several kinds


WHOLE = sailed(
    silences=(
        Silence(later(50), later(81.2), 31.2, AT_BALBOA, OFF_VIGO, 912.4),
        Silence(later(90), later(110), 20.0, OFF_VIGO, None, None),
    ),
    slow=(SlowSpell(later(20), later(26), 6.4, 1.5, OFF_VIGO),),
    draughts=(DraughtChange(later(30), later(36), 11.0, 12.1, OFF_VIGO),),
)


def test_everything_is_told_in_order_of_time() -> None:
    told = incidents(WHOLE, Speech("en"))
    assert [one.kind for one in told] == ["slow", "draught", "gap", "gap"]
    assert [one.what for one in told] == [
        "Slow at sea for 6 hours, 1.5 kn at the slowest",
        "Draught from 11.0 m to 12.1 m without a call",
        "No position for 31 hours",
        "No position for 20 hours",
    ]
    assert told[0].where == "42.3° N 9.6° W, 81 km from Vigo"
    assert told[2].where == "from Balboa to 42.3° N 9.6° W, 81 km from Vigo: 912 km"
    assert told[3].where == "not heard since; last 42.3° N 9.6° W, 81 km from Vigo"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_leaves_anything_unsaid(language: str) -> None:
    speech = Speech(language)
    for one in incidents(WHOLE, speech):
        assert one.what
        assert one.where
        assert "{" not in one.what + one.where


def test_west_is_oeste_and_south_is_south() -> None:
    assert place(-2.28, -79.91, Speech("es")) == "2,3° S 79,9° O"
    assert place(35.0, 128.8, Speech("en")) == "35.0° N 128.8° E"
    assert where(AT_BALBOA, Speech("en")) == "Balboa"


def test_one_position_a_day_and_the_last() -> None:
    track = tuple(Fix(later(hour), 0.0, hour / 4, 16.0) for hour in range(0, 60, 6))
    assert [fix.at for fix in daily(sailed(track=track))] == [later(0), later(12), later(36), later(54)]
    assert daily(sailed()) == []
