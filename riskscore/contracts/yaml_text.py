"""Read YAML without its traps: a key written twice is an error, and so is a file that is not a mapping."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from riskscore.contracts.place import Place


class _UniqueKeyLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice; YAML itself would keep the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"key {twice[0]!r} is written twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path, place: Place) -> dict[str, Any]:
    """Return the mapping a YAML file holds; raise ContractError if there is none."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise place.refused(None, f"cannot be read: {type(error).__name__}", "Check the file.") from None
    except yaml.YAMLError as error:
        raise place.refused(None, f"not YAML: {' '.join(str(error).split())}", "Correct the line.") from None
    if not isinstance(document, dict):
        raise place.refused(None, "not a mapping", "Start from the example in riskscore/contracts/README.md.")
    return document
