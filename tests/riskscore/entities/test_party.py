"""Identifiers are stable, as fine as name and country (or the name alone), and tell nothing."""

import hashlib

import pandas as pd

from riskscore.entities import name_id, party_and_name_id, party_id


def identifier(name: str | None, country: str | None) -> object:
    return party_id(pd.Series([name], dtype="str"), pd.Series([country], dtype="str"))[0]


def test_the_identifier_is_the_published_digest() -> None:
    digest = hashlib.blake2b(b"fruta del pacifico\x1fEC", digest_size=8).hexdigest()
    assert identifier("Fruta del Pacífico S.A.", "EC") == digest == "84e3fbc23c8f0192"


def test_spellings_share_it_and_countries_do_not() -> None:
    assert identifier("FRUTA DEL PACIFICO", " ec") == identifier("Fruta del Pacífico S.A.", "EC")
    others = {identifier("Fruta del Pacifico", country) for country in ("EC", "CO", "NA", None)}
    assert len(others) == 4


def test_it_is_missing_exactly_where_the_name_is() -> None:
    names = pd.Series(["Abco", None, "", "to order", "Abco"], index=list("abcde"))
    found = party_id(names, pd.Series(["GB", "GB", "GB", "GB", None], index=list("abcde")))
    assert found.notna().to_dict() == {"a": True, "b": False, "c": False, "d": False, "e": True}
    assert found.dtype == "str"


def test_a_name_alone_is_what_a_party_without_a_country_goes_by() -> None:
    names = pd.Series(
        ["Fruta del Pacífico, S.A.", "FRUTA DEL PACIFICO", "Other", "to order", None], index=[4, 3, 2, 1, 0]
    )
    found = name_id(names)
    assert found[4] == found[3] == identifier("Fruta del Pacífico", None)
    assert found[2] not in {found[4], identifier("Other", "EC")}
    assert found.isna().to_dict() == {4: False, 3: False, 2: False, 1: True, 0: True}


def test_every_row_of_a_large_column_equals_the_row_alone() -> None:
    names = pd.Series([f"Company {number % 7} Ltd" for number in range(60)] + [None])
    countries = pd.Series([["GB", "NL", None][number % 3] for number in range(61)], dtype="str")
    alone = [identifier(name, country) for name, country in zip(names, countries, strict=True)]
    assert party_id(names, countries).equals(pd.Series(alone, dtype="str"))
    assert party_id(names, countries).nunique() == 21


def test_no_rows_give_no_identifiers() -> None:
    nothing = pd.Series([], dtype="str")
    assert party_id(nothing, nothing).to_list() == []


def test_rows_are_read_by_place_not_by_label() -> None:
    found = party_id(pd.Series(["Abco", "Other"], index=[5, 6]), pd.Series(["GB", "NL"], index=[1, 2]))
    assert found.to_dict() == {5: identifier("Abco", "GB"), 6: identifier("Other", "NL")}


def test_both_identifiers_at_once_are_those_of_each() -> None:
    names = pd.Series(["Zwaluw B.V.", None, "to order", "Zwaluw", "Ærø Fisk", "Zwaluw"], index=[5, 3, 9, 1, 0, 2])
    countries = pd.Series(["NL", "NL", "BE", None, "dk", "ES"], index=names.index)
    both = party_and_name_id(names, countries)
    pd.testing.assert_series_equal(both[0], party_id(names, countries))
    pd.testing.assert_series_equal(both[1], name_id(names))
