"""A misspelt name finds its party, and no other: labelled cases, and typing errors made at random."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from riskscore.entities import match_names, party_id

LABELLED = yaml.safe_load(Path(__file__).with_name("matches.yaml").read_text(encoding="utf-8"))
REGISTER = pd.DataFrame.from_dict(LABELLED["register"], orient="index", columns=["name", "country"])
REGISTER = REGISTER.assign(party_id=[str(number) for number in REGISTER.index])


@pytest.mark.parametrize("case", LABELLED["cases"], ids=lambda case: f"{case['name']}-{case['country']}")
def test_labelled_cases(case: dict[str, str]) -> None:
    found = match_names(pd.DataFrame([case]), REGISTER)
    assert found.fillna("none").to_list() == [str(case["means"])]


def test_all_cases_at_once_in_any_order_give_the_same() -> None:
    cases = pd.DataFrame(LABELLED["cases"]).astype({"means": str}).sample(frac=1, random_state=4)
    found = match_names(cases, REGISTER.sample(frac=1, random_state=5))
    assert found.fillna("none").to_list() == cases["means"].to_list()
    assert found.index.equals(cases.index)


def invented_names(generator: np.random.Generator, count: int) -> list[str]:
    syllables = [first + second for first in "bcdfglmnprstv" for second in "aeiou"]
    return [
        " ".join("".join(generator.choice(syllables, generator.integers(2, 5))) for _ in range(3)) for _ in range(count)
    ]


def with_typing_error(name: str, generator: np.random.Generator) -> str:
    place = int(generator.integers(1, len(name) - 1))
    letter = "bcdfglmnprstv"[generator.integers(13)]
    wrong = [
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
    ]
    return wrong[generator.integers(3)]


def test_most_random_typing_errors_are_seen_through_and_none_leads_astray() -> None:
    generator = np.random.default_rng(11)
    register = pd.DataFrame({"name": invented_names(generator, 1500), "country": "EC"})
    register["party_id"] = party_id(register["name"], register["country"])
    meant = register.sample(150, random_state=1)
    found = match_names(meant.assign(name=[with_typing_error(name, generator) for name in meant["name"]]), register)
    assert (found == meant["party_id"]).mean() > 0.95
    assert ((found != meant["party_id"]) & found.notna()).sum() == 0


def test_strangers_match_nobody() -> None:
    generator = np.random.default_rng(12)
    names = invented_names(generator, 900)
    register = pd.DataFrame({"party_id": names[:800], "name": names[:800], "country": "EC"})
    assert match_names(pd.DataFrame({"name": names[800:], "country": "EC"}), register).isna().all()


def test_nothing_to_ask_or_nobody_to_find() -> None:
    nobody = REGISTER.iloc[:0]
    assert match_names(REGISTER[["name", "country"]], nobody).isna().all()
    assert match_names(nobody, REGISTER).to_list() == []


def test_two_spellings_of_one_party_are_no_tie() -> None:
    register = pd.DataFrame(
        {"party_id": ["7", "7"], "name": ["Cafe Serra Verde", "Cafes Serra Verde"], "country": "BR"}
    )
    assert match_names(pd.DataFrame({"name": ["Cafeh Serra Verde"], "country": ["BR"]}), register).to_list() == ["7"]
