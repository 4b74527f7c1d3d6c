"""Spellings of one party come to one form, whatever is thrown at the function."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from riskscore.entities import names, normalise_name

SPELLINGS = yaml.safe_load(Path(__file__).with_name("spellings.yaml").read_text(encoding="utf-8"))
CASES = [(spelling, form) for form, spellings in SPELLINGS.items() for spelling in spellings]

PIECES = ["S.A.", "ltd", "&", "a", "B", "ø", "İ", "ß", "na", "order", "to", "\u0301", "pt", "de", "cv", "Ａ", "."]
NAMES = st.text(max_size=30) | st.lists(st.sampled_from(PIECES)).map(" ".join)
NOBODY = [None, np.nan, pd.NA, "", "  ", "\u200b", "---", "N/A", "TO ORDER", "Unknown", "n.a.", "NA S.A."]


@pytest.mark.parametrize(("spelling", "form"), CASES)
def test_labelled_spellings(spelling: str, form: str) -> None:
    assert normalise_name(pd.Series([spelling])).to_list() == [form]


@given(name=NAMES)
def test_twice_is_once(name: str) -> None:
    once = normalise_name(pd.Series([name], dtype="str"))
    assert normalise_name(once).equals(once)


@given(name=NAMES)
def test_a_form_is_missing_or_words_with_single_blanks(name: str) -> None:
    form = normalise_name(pd.Series([name], dtype="str"))[0]
    assert pd.isna(form) or (form and form == " ".join(form.split()) and form == form.casefold())


@given(name=NAMES | st.text(st.characters(max_codepoint=0x24F), max_size=30))
def test_signs_of_the_latin_script_are_made_plain_as_any_are(name: str) -> None:
    assert names._plain(name).split() == names._plain_signs(name).split()


@given(name=st.from_regex(r"\A[a-z]{3,9}( [a-z]{3,9}){0,3}\Z"))
def test_case_blanks_signs_and_legal_form_make_no_difference(name: str) -> None:
    worn = pd.Series([f"\u00a0{name.upper().replace(' ', '  ')}, S.A.", f"{name.title()}\u200b Ltd."])
    assert normalise_name(worn).fillna("").nunique() == 1


@pytest.mark.parametrize("nobody", NOBODY)
def test_what_names_nobody_is_missing(nobody: object) -> None:
    assert normalise_name(pd.Series([nobody], dtype=object)).isna().to_list() == [True]


def test_repeated_names_index_and_order_are_kept() -> None:
    names = pd.Series(["B Ltd", None, "Á", "B Ltd"], index=[3, 1, 2, 0], name="shipper_name")
    forms = normalise_name(names)
    assert forms.fillna("-").to_dict() == {3: "b", 1: "-", 2: "a", 0: "b"}
    assert (forms.name, forms.dtype) == ("shipper_name", "str")


def test_words_keep_their_order_and_accents_of_other_scripts_stay() -> None:
    forms = normalise_name(pd.Series(["Delta Nova", "Nova Delta", "हिन्दी"]))
    assert forms.to_list() == ["delta nova", "nova delta", "हिन्दी"]
