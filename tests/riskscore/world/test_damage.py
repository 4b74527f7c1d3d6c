import re
from pathlib import Path

import numpy as np
import pytest

from riskscore.reference import code_list
from riskscore.world.damage import KINDS
from riskscore.world.refusals import SPOILERS

README = (Path(__file__).parents[3] / "riskscore" / "world" / "README.md").read_text(encoding="utf-8")


def rows_of(heading: str, until: str) -> dict[str, str]:
    part = README[README.index(heading) :]
    part = part[: part.index(until)]
    return {
        kind: rule for kind, rule in re.findall(r"^\| (\w+) \| .* \| (\w+) \|$", part, re.MULTILINE) if kind != "kind"
    }


def test_the_readme_lists_every_kind_of_dirty_row() -> None:
    kinds = {damage.kind: damage.rule for own in KINDS.values() for damage in own}
    assert rows_of("## Dirt", "Every nine days") == kinds | {"repeated_key": "unique", "cut_off": "split"}


def test_the_readme_lists_every_kind_of_broken_file() -> None:
    assert rows_of("Every nine days", "## Who does what") == {spoiler.kind: spoiler.rule for spoiler in SPOILERS}


@pytest.mark.parametrize(
    ("kind", "code_list_name"),
    [
        ("unknown_locode", "locode"),
        ("unknown_country", "country"),
        ("unknown_hs6", "hs6"),
        ("unknown_size_type", "container_type"),
    ],
)
def test_unknown_codes_are_on_no_list(kind: str, code_list_name: str) -> None:
    rng = np.random.default_rng(0)
    damages = [damage for own in KINDS.values() for damage in own if damage.kind == kind]
    wrong = {str(damage.wrong("", rng)).replace(" ", "") for damage in damages for _ in range(50)}
    assert damages
    assert not wrong & code_list(code_list_name)


def test_a_subheading_without_its_first_digit_is_none() -> None:
    assert not {code[1:] for code in code_list("hs6")} & code_list("hs6")
