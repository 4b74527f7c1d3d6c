"""What may be shown of a value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.contracts.masking import LONGEST, shown


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("NLRTM", "NLRTM"),
        ("MSKU1234565", "MSKU1234565"),
        ("2026-02-30T10:00:00Z", "2026-02-30T10:00:00Z"),
        ("1.234,50 kg", "1.234,50 kg"),
        ("NL\u200bRTM\n", "NL\\u200bRTM\\n"),
        ("\x1b[31m12", "\\x1b[31m12"),
        ("GLOBEX", "(text of 6 characters)"),
        ("Acme Ltd", "(text of 8 characters)"),
        ("ООО Ромашка", "(text of 11 characters)"),
        ("7" * 70, "7" * LONGEST + "..."),
    ],
)
def test_codes_are_shown_and_words_are_not(value: str, told: str) -> None:
    assert shown(value) == told


@given(st.text(st.characters(categories=["L"]), min_size=6, max_size=20), st.text(max_size=5), st.text(max_size=5))
@settings(deadline=None)
def test_no_word_of_six_letters_is_ever_shown(word: str, before: str, after: str) -> None:
    assert word not in shown(before + word + after)


@given(st.text())
@settings(deadline=None)
def test_what_is_shown_is_one_printable_line(text: str) -> None:
    assert shown(text).isprintable()
