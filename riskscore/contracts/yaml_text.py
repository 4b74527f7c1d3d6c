"""Read a contract's YAML: a file that is not a mapping is an error that says so."""

from pathlib import Path
from typing import Any

import yaml

from riskscore.contracts.place import Place
from riskscore.strict_yaml import strict_yaml


def read_yaml(path: Path, place: Place) -> dict[str, Any]:
    """Return the mapping a YAML file holds; raise ContractError if there is none."""
    try:
        document = strict_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise place.refused(None, f"cannot be read: {type(error).__name__}", "Check the file.") from None
    except yaml.YAMLError as error:
        raise place.refused(None, f"not YAML: {' '.join(str(error).split())}", "Correct the line.") from None
    if not isinstance(document, dict):
        raise place.refused(None, "not a mapping", "Start from the example in riskscore/contracts/README.md.")
    return document
