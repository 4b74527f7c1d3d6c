"""The sealed answers about an invented world: what is in the containers, which rows are spoilt, and from which spec."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from riskscore.errors import WorldError
from riskscore.world.files import put
from riskscore.world.spec import WorldSpec

FOLDER = "answer_key"


@dataclass(frozen=True)
class Sealed:
    """What a world's later outcomes need: the spec and the truth, as a World has them."""

    spec: WorldSpec
    truth: pd.DataFrame


@dataclass(frozen=True)
class AnswerKey:
    """What tests and figures about an invented world may know and the pipeline must not."""

    folder: Path
    """truth.parquet, dirt.jsonl, world.json; beside the drop folder, never in it."""
    dirt: list[dict[str, Any]]
    """One entry per row to be set aside (level row) or shown (level warning), and file to be refused (level delivery).

    file (path below the drop folder), feed, row (0 for a file), level, kind, rule, columns (canonical), right and wrong
    (raw values by raw column), key (raw).
    """
    rows: dict[str, int]
    """Rows written per feed, spoilt ones included, in files that are not to be refused."""
    files: int
    """Files written that are not to be refused."""


def seal(answers: AnswerKey, spec: WorldSpec, truth: pd.DataFrame) -> None:
    """Write the answer key's files."""
    answers.folder.mkdir(parents=True, exist_ok=True)
    part = answers.folder / ".truth.parquet.part"
    truth.to_parquet(part, index=False)
    part.replace(answers.folder / "truth.parquet")
    lines = [json.dumps(entry, ensure_ascii=False, default=str) for entry in answers.dirt]
    put(answers.folder / "dirt.jsonl", "".join(f"{line}\n" for line in lines).encode())
    about = {"spec": asdict(spec), "rows": answers.rows, "files": answers.files}
    put(answers.folder / "world.json", json.dumps(about, default=str, indent=1).encode())


def read_answer_key(drop: Path) -> AnswerKey:
    """Return the answer key that lies beside a drop folder; raise WorldError if there is none."""
    folder = drop.parent / FOLDER
    about = _about(folder)
    dirt = [json.loads(line) for line in (folder / "dirt.jsonl").read_text(encoding="utf-8").splitlines()]
    return AnswerKey(folder, dirt, about["rows"], about["files"])


def read_sealed(drop: Path) -> Sealed:
    """Return spec and truth of the world whose deliveries lie in a drop folder; raise WorldError if it is none."""
    folder = drop.parent / FOLDER
    spec = _about(folder)["spec"]
    return Sealed(
        WorldSpec(**spec | {"start": date.fromisoformat(spec["start"])}), pd.read_parquet(folder / "truth.parquet")
    )


def _about(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorldError(f"{folder} holds no answer key: these deliveries are not an invented world's.") from None
    return about
