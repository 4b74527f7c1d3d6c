"""The lists of families, the sentences officers read, and the page that shows them all."""

import re
from pathlib import Path

import pytest

import features
from features import FEATURE_SETS
from riskscore.cli.models import as_markdown
from riskscore.grain import Family
from riskscore.trailing.__main__ import MOST_AMOUNTS

README = Path(features.__file__).with_name("README.md")
SENTENCES = {(grain, name): text for grain, one in FEATURE_SETS.items() for name, text in one.sentences.items()}
MODULES = {path.stem for path in Path(features.__file__).parent.glob("*.py")} - {"__init__"}


def test_the_readme_shows_every_feature_with_its_sentence():
    _, catalogue = README.read_text(encoding="utf-8").split("\n## Catalogue\n")
    sections = [as_markdown(grain, declared.sentences) for grain, declared in FEATURE_SETS.items()]
    assert catalogue.strip() == "\n\n".join(sections), "print the catalogue again, as features/README.md says how"


def test_the_readme_names_every_module():
    assert set(re.findall(r"^\| `(\w+)\.py`", README.read_text(encoding="utf-8"), re.MULTILINE)) == MODULES - {
        "containers"
    }


def test_every_family_that_is_written_is_listed():
    listed = {id(family) for one in FEATURE_SETS.values() for family in one.families.values()}
    written = {name: getattr(getattr(features, name), "FAMILY", None) for name in MODULES}
    assert {name for name, family in written.items() if id(family) in listed} == MODULES - {"containers"}
    assert all(isinstance(family, Family) for name, family in written.items() if name != "containers")


@pytest.mark.parametrize("grain", FEATURE_SETS)
def test_every_feature_has_a_sentence_of_its_own(grain):
    sentences = FEATURE_SETS[grain].sentences
    assert list(sentences) == FEATURE_SETS[grain].names
    assert len(set(sentences.values())) == len(sentences)


def test_sentences_are_whole_and_hold_no_column_names():
    for (grain, name), sentence in SENTENCES.items():
        assert re.fullmatch(r"[A-Z][^\n_{}|]{8,200}\.", sentence), f"{grain}.{name}: {sentence}"


def test_names_are_columns_and_say_yes_or_no_where_the_sentence_does():
    for (grain, name), sentence in SENTENCES.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]{2,60}", name), f"{grain}.{name}"
        assert name.startswith("is_") == sentence.startswith("Whether"), f"{grain}.{name}: {sentence}"


@pytest.mark.parametrize("grain", FEATURE_SETS)
def test_every_entity_that_is_measured_by_is_in_words(grain):
    declared = FEATURE_SETS[grain]
    assert {one.by for one in declared.measures} - {None} <= set(declared.grain.entities)
    assert not {words for words in declared.grain.entities.values() if "_" in words}


def test_the_loops_are_compiled_ahead_for_as_many_amounts_as_are_wanted_at_one_place():
    plans = [declared.plan for declared in FEATURE_SETS.values()]
    assert max(len(plan.wanted(place).amounts) for plan in plans for place in plan.places) == MOST_AMOUNTS
