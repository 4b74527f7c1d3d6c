"""Equal content keeps its number, other content rises."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from riskscore.exchange.sequence import Edition, next_sequence

DAYS = st.integers(0, 3).map(lambda days: date(2026, 2, 1) + timedelta(days=days))
CONTENT = st.sampled_from(["a", "b", "c"])


def exported(asked: list[tuple[date, str]]) -> list[Edition]:
    known: list[Edition] = []
    answers = []
    for day, digest in asked:
        edition = Edition(next_sequence(reversed(known), day=day, content_digest=digest), day, digest)
        answers.append(edition)
        known = list({*known, edition})
    return answers


def test_the_first_is_one() -> None:
    assert next_sequence([], day=date(2026, 2, 1), content_digest="a") == 1


def test_a_correction_and_its_return_both_rise() -> None:
    day = date(2026, 2, 1)
    assert [edition.sequence for edition in exported([(day, "a"), (day, "a"), (day, "b"), (day, "a")])] == [1, 1, 2, 3]


def test_an_older_day_sent_again_unchanged_keeps_its_number() -> None:
    first, second = date(2026, 2, 1), date(2026, 2, 2)
    assert [edition.sequence for edition in exported([(first, "a"), (second, "a"), (first, "a")])] == [1, 2, 1]


@given(asked=st.lists(st.tuples(DAYS, CONTENT), max_size=12))
def test_a_number_means_one_content_and_new_content_is_always_newest(asked: list[tuple[date, str]]) -> None:
    answers = exported(asked)
    assert len({edition.sequence for edition in answers}) == len(set(answers))
    for place, edition in enumerate(answers):
        earlier = answers[:place]
        if edition not in earlier:
            assert edition.sequence == max((each.sequence for each in earlier), default=0) + 1
