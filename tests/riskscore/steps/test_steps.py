"""The room's list of steps: each is found, each is known to type checkers, and importing the list imports none."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from riskscore import steps

SOURCE = Path(steps.__file__).read_text(encoding="utf-8")


def told_to_type_checkers() -> dict[str, str]:
    """Return name -> module of the imports that only type checkers see."""
    imports = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.ImportFrom)]
    homes = {name.asname: str(node.module) for node in imports for name in node.names if name.asname == name.name}
    return {name: module.removeprefix("riskscore.steps.") for name, module in homes.items()}


@pytest.mark.parametrize("name", steps.HOMES)
def test_every_step_is_found_where_the_list_says(name: str) -> None:
    step = getattr(steps, name)
    assert callable(step)
    assert (step.__module__, step.__name__) == (f"riskscore.steps.{steps.HOMES[name]}", name)
    assert step.__doc__


def test_type_checkers_are_told_the_same() -> None:
    assert told_to_type_checkers() == steps.HOMES
    assert sorted(steps.__all__) == sorted(steps.HOMES)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"riskscore\.steps has no 'run_dya'"):
        steps.run_dya  # noqa: B018 asking is the test


def test_the_list_imports_no_step() -> None:
    heavy = "{'pandas', 'lightgbm', 'great_expectations', 'sqlalchemy', 'pyarrow', 'deltalake'}"
    asked = f"import sys, riskscore.steps; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
