"""What becomes of a task that fails."""

import pytest

from riskscore.errors import DatabaseLostError, DatabaseUnavailableError, DiskFullError, NotReadyError, StaleRunError


@pytest.fixture
def schedule(module):
    return module("schedule")


@pytest.fixture
def failing(schedule):
    """Return a function that runs a discreet step which raises this."""

    def run(error):
        @schedule.discreet
        def step():
            raise error

        step()

    return run


def test_an_unforeseen_error_shows_its_place_and_not_its_message(failing, schedule):
    with pytest.raises(schedule.StepDefectError, match=r"KeyError at .*test_schedule\.py:\d+ in step") as caught:
        failing(KeyError("INVENTED Fruit Company"))
    assert "INVENTED" not in str(caught.value)
    assert caught.value.__suppress_context__, "the log would print what it came from"


def test_an_error_of_our_own_says_what_to_do(failing):
    with pytest.raises(NotReadyError, match="2026-05-01"):
        failing(NotReadyError(step="Scoring", needs="a model", day="2026-05-01"))


def test_what_airflow_raises_goes_through(failing):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException):
        failing(AirflowFailException("no day"))


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (NotReadyError(step="Scoring", needs="a model", day="2026-05-01"), "fail"),
        (DiskFullError(where="Home", what="the disk is full", then="Make room."), "retry"),
        (DatabaseUnavailableError(problem="broke off", remedy="Wait until it is up."), "retry"),
        (DatabaseLostError(where="The database", what="is locked", then="Wait."), "retry"),
        (StaleRunError(step="score_day", partition="2026-05-01", run=3, newer=4), "retry"),
        (OSError("the disk is full"), "default"),
    ],
)
def test_only_what_may_pass_is_tried_again(schedule, error, action):
    assert schedule.TRY_AGAIN["retry_policy"].evaluate(error, 1, 2).action.value == action
