from pathlib import Path

import pytest

from riskscore.errors import DeliveryError
from riskscore.sources import PARSERS
from riskscore.world import AnswerKey
from riskscore.world.refusals import EVERY_DAYS, SPOILERS, due_spoilers


def test_a_broken_file_is_due_every_few_days() -> None:
    due = due_spoilers(1000, 120)
    days = sorted(day for own in due.values() for day, _ in own)
    assert days == list(range(days[0], 1119, EVERY_DAYS))
    assert {spoiler.kind for own in due.values() for _, spoiler in own} == {spoiler.kind for spoiler in SPOILERS}


def test_broken_files_lie_beside_good_ones_and_are_in_the_key(answers: AnswerKey, drop: Path) -> None:
    broken = [entry for entry in answers.dirt if entry["level"] == "delivery"]
    assert len(broken) >= 6
    seconds = {str(path.relative_to(drop)) for path in drop.glob("*/*/*_2.*")}
    assert seconds == {entry["file"] for entry in broken}


@pytest.mark.parametrize("kind", ["empty_file", "column_unknown", "cut_workbook", "web_page", "blank_lines_only"])
def test_files_that_cannot_be_read_are_refused_by_the_parser(answers: AnswerKey, drop: Path, kind: str) -> None:
    for entry in answers.dirt:
        if entry["kind"] == kind:
            with pytest.raises(DeliveryError):
                PARSERS[entry["feed"]](drop / entry["file"])


def test_other_broken_files_lack_what_a_delivery_must_have(answers: AnswerKey, drop: Path) -> None:
    lacking = {
        entry["kind"]: PARSERS[entry["feed"]](drop / entry["file"])
        for entry in answers.dirt
        if entry["kind"] in ("column_missing", "header_only")
    }
    assert "gross_weight_kg" not in lacking["column_missing"].rows
    assert len(lacking["header_only"].rows) == 0


def test_the_same_file_again_has_the_bytes_of_the_day_before(answers: AnswerKey, drop: Path) -> None:
    again = [entry["file"] for entry in answers.dirt if entry["kind"] == "same_file_again"]
    firsts = {path.read_bytes() for path in drop.glob("*/manifest/*_1.csv")}
    assert again
    assert all((drop / file).read_bytes() in firsts for file in again)
