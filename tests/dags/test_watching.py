"""How long a day waits for its inputs, and what its lists say of those that do not come."""

import pytest

from riskscore.steps.inputs import Inputs

NOBODY_MISSING, LATE, TOO_LATE = (
    Inputs(missing=(), is_past_cutoff=True, is_past_deadline=False),
    Inputs(missing=("port_calls",), is_past_cutoff=True, is_past_deadline=False),
    Inputs(missing=("port_calls",), is_past_cutoff=True, is_past_deadline=True),
)
TOO_EARLY = Inputs(missing=(), is_past_cutoff=False, is_past_deadline=False)


@pytest.fixture
def outlets(module, monkeypatch):
    """A run of 1 May; what it hands on."""
    from airflow.sdk.execution_time.context import OutletEventAccessors

    found = OutletEventAccessors()
    context = {"partition_key": "2026-05-01", "outlet_events": found}
    monkeypatch.setattr(module("partition"), "get_current_context", lambda: context)
    return found


@pytest.mark.parametrize(
    ("inputs", "told"), [(TOO_EARLY, None), (NOBODY_MISSING, ""), (LATE, None), (TOO_LATE, "port_calls")]
)
def test_the_day_is_announced_when_all_is_in_or_it_is_too_late(module, monkeypatch, outlets, inputs, told):
    watching, arrivals = module("watch_drop"), module("assets").ARRIVALS
    monkeypatch.setattr(watching.steps, "inputs_dropped", lambda *_, now: inputs, raising=False)
    looked = watching.InputsAreIn(task_id="wait").poke({})
    assert looked.is_done is (told is not None)
    if told is not None:
        assert outlets[arrivals].extra == {"missing": told}
        assert outlets[arrivals].partition_keys == {"2026-05-01"}


def inputs_task(module):
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(module("watch_drop").__file__.replace("watch_drop", "score_daily")).dags["score_daily"]
    return dag.get_task("inputs").python_callable


@pytest.mark.parametrize("inputs", [TOO_EARLY, LATE])
def test_nothing_is_scored_while_it_is_worth_waiting(module, monkeypatch, outlets, inputs):
    from airflow.sdk.exceptions import AirflowSkipException

    from riskscore import steps

    monkeypatch.setattr(steps, "inputs_landed", lambda *_, now: inputs, raising=False)
    with pytest.raises(AirflowSkipException, match="Not yet"):
        inputs_task(module)()


@pytest.mark.parametrize("inputs", [NOBODY_MISSING, TOO_LATE])
def test_what_is_missing_is_said_in_the_run(module, monkeypatch, outlets, caplog, inputs):
    from riskscore import steps

    monkeypatch.setattr(steps, "inputs_landed", lambda *_, now: inputs, raising=False)
    with caplog.at_level("INFO"):
        assert inputs_task(module)() == list(inputs.missing)
    said = "Made without port_calls" if inputs.missing else "Every awaited feed is in"
    assert said in caplog.text
