from pathlib import Path

import pandas as pd
import pytest

from riskscore.errors import WorldError
from riskscore.world import AnswerKey, World, read_answer_key, read_sealed


def test_spec_and_truth_can_be_read_again(world: World, answers: AnswerKey, drop: Path) -> None:
    sealed = read_sealed(drop)
    assert sealed.spec == world.spec
    pd.testing.assert_frame_equal(sealed.truth, world.truth)


def test_the_answer_key_can_be_read_again(answers: AnswerKey, drop: Path) -> None:
    again = read_answer_key(drop)
    assert (again.folder, again.rows, again.files) == (
        answers.folder,
        answers.rows,
        answers.files,
    )
    assert len(again.dirt) == len(answers.dirt)


def test_deliveries_of_the_real_world_have_no_answers(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="no answer key"):
        read_sealed(tmp_path / "drop")
