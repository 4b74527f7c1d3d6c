"""YAML without its traps: a key written twice is an error, where YAML itself keeps the last one silently."""

from collections.abc import Hashable
from typing import Any

import yaml


class StrictLoader(yaml.CSafeLoader):
    """SafeLoader that refuses doubled keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Read a mapping; raise ConstructorError on a doubled key."""
        _refuse_doubled_keys(node)
        return super().construct_mapping(node, deep)


class TextLoader(yaml.CBaseLoader):
    """Loader that refuses doubled keys and leaves every scalar text: the country NO is no false."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Read a mapping; raise ConstructorError on a doubled key."""
        _refuse_doubled_keys(node)
        return super().construct_mapping(node, deep)


def strict_yaml(text: str | bytes) -> Any:
    """Return the document in `text`; raise yaml.YAMLError where it is none or has a key twice."""
    return yaml.load(text, Loader=StrictLoader)  # noqa: S506 a SafeLoader


def text_yaml(text: str | bytes) -> Any:
    """Return the document in `text` with every scalar as text; raise yaml.YAMLError as strict_yaml does."""
    return yaml.load(text, Loader=TextLoader)  # noqa: S506 makes text, lists and mappings only


def _refuse_doubled_keys(node: yaml.MappingNode) -> None:
    keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
        raise yaml.constructor.ConstructorError(None, None, f"key(s) given twice: {', '.join(twice)}", node.start_mark)
