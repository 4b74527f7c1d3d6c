import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from riskscore.errors import ModelMismatchError, TrainingDataError
from riskscore.learning import Artefact
from riskscore.learning.artefact import Record


def test_other_columns_or_another_order_are_refused(artefact: Artefact, rows) -> None:
    with pytest.raises(ModelMismatchError, match="another order"):
        artefact.values(rows.features[["weak", "strong", "noise"]])
    with pytest.raises(ModelMismatchError, match=r"missing feature\(s\) noise"):
        artefact.values(rows.features[["strong", "weak"]])
    with pytest.raises(ModelMismatchError, match=r"unknown feature\(s\) more"):
        artefact.values(rows.features.assign(more=1.0))


def test_infinite_values_are_refused(artefact: Artefact, rows) -> None:
    with pytest.raises(TrainingDataError, match="infinite values: strong"):
        artefact.values(rows.features.head(3).assign(strong=np.inf))


def test_no_rows_give_no_scores(artefact: Artefact, rows) -> None:
    values = artefact.values(rows.features.head(0))
    assert artefact.raw(values).shape == (0,)
    assert artefact.contributions(values).shape == (0, 4)
    assert artefact.probability(artefact.raw(values)).shape == (0,)


def test_golden_rows_span_the_scores_and_hold_a_row_without_any_value(artefact: Artefact) -> None:
    golden = artefact.record.golden
    assert len(golden.rows) == 6
    assert golden.rows[-1] == (None, None, None)
    assert list(golden.raw[:-1]) == sorted(golden.raw[:-1])
    assert golden.raw[4] - golden.raw[0] > 3
    assert np.isnan(golden.values[-1]).all()


def test_the_record_survives_json(artefact: Artefact) -> None:
    record = artefact.record
    assert Record.model_validate_json(record.model_dump_json()) == record
    assert Artefact.of(record, artefact.model_text).artefact_id == artefact.artefact_id


@pytest.mark.parametrize("spoil", [{"gains": (1.0,)}, {"features": ()}, {"format": 2}, {"name": "../up"}])
def test_a_record_that_does_not_add_up_is_refused(artefact: Artefact, spoil: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Record.model_validate({**dict(artefact.record), **spoil})


def test_contributions_add_up_to_the_raw_score(artefact: Artefact, rows) -> None:
    values = artefact.values(rows.features.head(200))
    np.testing.assert_allclose(artefact.contributions(values).sum(axis=1), artefact.raw(values), atol=1e-9)


def test_columns_may_be_named_by_any_string_type(artefact: Artefact, rows) -> None:
    renamed = rows.features.head(2).set_axis(pd.Index(["strong", "weak", "noise"], dtype=object), axis=1)
    assert artefact.values(renamed).shape == (2, 3)
