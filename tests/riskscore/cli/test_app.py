"""Every command has its sentence, its help and its line in the README, and there are no others."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from riskscore import cli
from riskscore.cli.app import app
from riskscore.cli.faults import DEFECT, UNUSABLE
from riskscore.errors import BundleRejectedError, RiskscoreError
from tests.riskscore.cli.conftest import Command

README = (Path(cli.__file__).parent / "README.md").read_text(encoding="utf-8")


def commands(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, by its words."""
    for name, below in getattr(node, "commands", {}).items():
        yield from commands(below, (*path, name))
    if not hasattr(node, "commands"):
        yield " ".join(path), node


COMMANDS = dict(commands(get_command(app)))
SENTENCES = {name: (node.help or "").split("\n\n")[0] for name, node in COMMANDS.items()}
OPTIONS = [(name, option) for name, node in COMMANDS.items() for option in node.params if option.name != "help"]


def test_the_readme_has_every_command_with_its_sentence_and_no_other() -> None:
    assert dict(re.findall(r"^\| `([a-z -]+)` \| (.+) \|$", README, flags=re.MULTILINE)) == SENTENCES


def test_the_readme_has_every_exit_code_and_no_other() -> None:
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", README, flags=re.MULTILINE)]
    assert listed == [0, DEFECT, UNUSABLE, BundleRejectedError.exit_code, cli.INTERRUPTED]
    assert RiskscoreError.exit_code == UNUSABLE


@pytest.mark.parametrize("name", SENTENCES)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_shows_the_sentence(command: Command, name: str, flag: str) -> None:
    ran = command(*name.split(), flag)
    assert (ran.code, ran.err) == (0, "")
    assert SENTENCES[name].endswith(".")
    assert SENTENCES[name] in " ".join(ran.out.split())


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=[f"{name} {option.name}" for name, option in OPTIONS])
def test_help_says_of_every_option_what_it_is_for(command: Command, name: str, option: Any) -> None:
    """As it was written: square brackets would be taken for markup."""
    shown = " ".join(command(*name.split(), "--help").out.replace("│", " ").split())
    assert option.help
    assert option.help.replace("\\[", "[") in shown


@pytest.mark.parametrize("words", [(), ("quarantine",), ("exports",), ("bench",)])
def test_without_a_command_the_commands_are_shown(command: Command, words: tuple[str, ...]) -> None:
    ran = command(*words)
    below = [name.removeprefix(" ".join(words)).split()[0] for name in COMMANDS if name.startswith(" ".join(words))]
    assert below
    assert all(name in ran.out + ran.err for name in below)


@pytest.mark.parametrize("words", [("nonsense",), ("queue", "--nonsense"), ("quarantine", "nonsense")])
def test_a_command_or_option_there_is_none_of_is_bad_input(command: Command, words: tuple[str, ...]) -> None:
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "nonsense" in ran.err
