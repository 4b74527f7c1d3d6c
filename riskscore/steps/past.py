"""What the ledger has of a day that was scored: table versions, model, code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskscore.errors import ArtefactError
from riskscore.learning import Artefact, load
from riskscore.steps.code import code_version
from riskscore.steps.scoring import EXPLAINED_SHARE, MODELS
from riskscore.steps.workspace import Workspace
from riskscore.store.runs import DONE, CodeVersion, RunPartition, StepRun

UNKNOWN = "not on record"


@dataclass(frozen=True)
class CodeThen:
    """The code that scored, beside the code that rebuilds."""

    then: str
    now: str
    changed: list[str] = field(default_factory=list)
    """Files and libraries that are not the same."""

    @property
    def is_same(self) -> bool:
        """Tell whether the same code scored and rebuilds."""
        return self.then == self.now


@dataclass(frozen=True)
class Past:
    """With what a day was scored."""

    runs: dict[str, int]
    """Step -> number of the run that made what is kept; empty where the ledger has none."""
    versions: Mapping[str, int]
    """Table of facts -> version that the features were computed from."""
    artefact: Artefact
    explained_share: float
    code: CodeThen


def past_of(work: Workspace, day: date, model: str) -> Past:
    """Return with what the containers of `day` were scored; `model` (name@id) is what the score itself says.

    Where the ledger has no run, what the score says counts. Raises ArtefactError where the model is gone.
    """
    with work.transaction() as session:
        scored = last_done(session, "score_containers", str(day))
        built = last_done(session, "build_features", f"container {day}", before=scored.number if scored else None)
        now = code_version(work.settings.project_dir)
        then = session.get(CodeVersion, built.code) if built else None
    facts = {table: int(version) for table, version in (built.inputs.get("tables", {}) if built else {}).items()}
    models = scored.inputs.get("models", {}) if scored else {}
    return Past(
        runs={run.step: run.number for run in (built, scored) if run},
        versions=facts,
        artefact=_artefact(work, models.get(str(day)) or model.partition("@")[2]),
        explained_share=float(scored.inputs.get("explained_share", EXPLAINED_SHARE)) if scored else EXPLAINED_SHARE,
        code=CodeThen(then.code if then else UNKNOWN, now.code, _changed(then, now) if then else []),
    )


def last_done(session: Session, step: str, partition: str, *, before: int | None = None) -> StepRun | None:
    """Return the last run of a partition that ended well, of those with a number below `before`."""
    mine = select(RunPartition.run).where(RunPartition.step == step, RunPartition.partition_key == partition)
    wanted = select(StepRun).where(StepRun.number.in_(mine), StepRun.state == DONE)
    wanted = wanted.where(StepRun.number < before) if before else wanted
    return session.scalars(wanted.order_by(StepRun.number.desc()).limit(1)).one_or_none()


def _artefact(work: Workspace, artefact_id: str) -> Artefact:
    folder = work.settings.artefacts / MODELS["container"]
    found = sorted(folder.glob(f"{artefact_id}*")) if artefact_id else []
    if len(found) != 1:
        raise ArtefactError(artefact=artefact_id or UNKNOWN, why=f"it is not in {folder}")
    return load(found[0])


def _changed(then: CodeVersion, now: CodeVersion) -> list[str]:
    files = [name for name in sorted({*then.files, *now.files}) if then.files.get(name) != now.files.get(name)]
    libraries = [
        f"{name} {then.libraries.get(name, UNKNOWN)} -> {now.libraries.get(name, UNKNOWN)}"
        for name in sorted({*then.libraries, *now.libraries})
        if then.libraries.get(name) != now.libraries.get(name)
    ]
    return [*files, *libraries]
