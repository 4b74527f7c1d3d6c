"""Identifiers are stable, as fine as name and country, and tell nothing."""

import hashlib

import pandas as pd

from riskscore.entities import party_id


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
