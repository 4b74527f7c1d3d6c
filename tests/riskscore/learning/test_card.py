from io import BytesIO

import pytest
from matplotlib.image import imread

from riskscore.errors import ModelError
from riskscore.learning import Artefact, DayRange, SplitDays, card_files, train
from riskscore.learning.card import render

SENTENCES = {"strong": "How strong it is.", "weak": "How weak | it is.", "noise": "What it hums."}
CAUTIONS = "# planted_risk\n\n## Must not be used for\n\nanything real\n"


def test_the_card_says_what_the_record_says(artefact: Artefact) -> None:
    card = render(artefact, SENTENCES, CAUTIONS)
    record, judged = artefact.record, artefact.record.metrics[-1]
    assert artefact.artefact_id in card
    assert f"| area under the ROC curve | {judged.auc:.3f} |" in card
    assert f"| average precision | {judged.average_precision:.3f} |" in card
    for part in record.snapshot.parts:
        assert f"| {part.name} | {part.days} | {part.rows:,} | {part.positives:,} |" in card
    five = next(point.cut for point in judged.curve if point.share == 0.05)
    assert f"| best 5 % of rows | {five.rows} | {five.precision:.1%} |" in card
    assert judged.per_day is not None
    assert f"| best 5 a day | {judged.per_day.rows} | {judged.per_day.precision:.1%} |" in card


def test_the_card_repeats_sentences_and_cautions(artefact: Artefact) -> None:
    card = render(artefact, SENTENCES, CAUTIONS)
    assert "| `weak` | How weak \\| it is. |" in card
    assert card.index("`strong`") < card.index("`weak`") < card.index("`noise`")
    assert "### Must not be used for\n\nanything real" in card
    assert card.count("\n# ") == 0


def test_the_card_says_where_its_figures_flatter(rows, make_spec) -> None:
    days = rows.days.sort_values()
    split = SplitDays(
        train=DayRange(first=days.iloc[0], last=days.iloc[1500]),
        calibrate=DayRange(first=days.iloc[2000], last=days.iloc[-1]),
        test=None,
    )
    card = render(train(make_spec(rounds=3), rows, split=split), SENTENCES, CAUTIONS)
    assert "these figures flatter" in card


def test_a_feature_without_a_sentence_is_named(artefact: Artefact) -> None:
    with pytest.raises(ModelError, match=r"no sentence for feature\(s\) noise"):
        render(artefact, {"strong": "a", "weak": "b"}, CAUTIONS)


def test_the_pictures_are_pictures_and_always_the_same(artefact: Artefact) -> None:
    files = card_files(artefact, SENTENCES, CAUTIONS)
    assert set(files) == {"card.md", "calibration.png", "precision.png"}
    assert files == card_files(artefact, SENTENCES, CAUTIONS)
    for name in ("calibration.png", "precision.png"):
        assert f"]({name})" in files["card.md"].decode()
        picture = imread(BytesIO(files[name]))
        assert picture.shape[:2] == (440, 605)
        assert picture.std() > 0.05
