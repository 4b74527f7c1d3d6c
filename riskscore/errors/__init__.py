"""Every error the project raises on purpose.

RiskscoreError                     exit code 2 at the command line
├── SettingsError                  a setting is missing or makes no sense
│   ├── MonitorPolicyError         what was decided about watching cannot be followed
│   └── KeepingPolicyError         what was decided about keeping cannot be followed
├── SurroundingsError              what the pipeline stands on fails
│   ├── DiskFullError              no room is left to write to
│   ├── PlaceLostError             a folder vanished, or cannot be read or written any more
│   ├── DatabaseLostError          the database is held by others, or cannot be used
│   ├── DatabaseUnavailableError   the database does not answer, or breaks off
│   └── ClockError                 the clock says a day that was over long ago
├── UnhealthyError                 something does not stand as it must
├── CrewError                      a cluster cannot be reached, or cannot go on
├── ReferenceDataError             reference data is missing, or nobody ships the list asked for
├── StoreError                     the lake or the database cannot do what was asked
│   ├── LakeAccessError            an object store does not do what the lake asks of it
│   ├── DatabaseRightsError        the database does not let this role do that
│   ├── SchemaVersionError         the database's tables are not those of this version
│   ├── UnknownUnitError           a unit's code is none
│   ├── SchemaMismatchError        a frame does not fit the table it is written to
│   └── UnknownTableError          nobody declared a table of that name
├── ContractError                  a contract file is wrong
│   └── ContractClauseError        one clause of it is: file, place, value, next move
├── DeliveryError                  a delivery cannot be taken in
│   ├── UnreadableDeliveryError    the file cannot be read in its declared format
│   ├── UnknownFieldError          a sender used a field nobody has decided about
│   ├── UnknownFixError            a repair names a column the contract does not have
│   ├── StillWrongError            a repaired row still breaks rules
│   ├── NotSetAsideError           a row to be repaired is not set aside (any more)
│   └── ReconciliationError        received rows are not accepted + quarantined + refused
├── FeatureError                   a feature declaration cannot work
├── ModelError                     a model cannot be trained, loaded or used
│   ├── ModelSpecError             a model's spec file is wrong
│   ├── TrainingDataError          the rows offered cannot train or judge a model honestly
│   ├── GrowingError               a worker could not grow a model's trees
│   ├── ArtefactError              a stored model is not what was saved
│   └── ModelMismatchError         the features offered are not those it was trained on
├── QueueError                     a queue cannot be filled or shown
├── ExchangeError                  an agreement or a bundle is wrong
│   ├── AgreementError             an agreement file cannot be followed
│   ├── AgreementNotInForceError   an agreement covers nothing on that day
│   ├── ExportRefusedError         a table is not what its outbound contract promises
│   ├── KeyFileError               a key file cannot be made or used
│   └── BundleRejectedError        a received bundle fails verification (exit code 3)
├── ScoreNotFoundError             a container has no score of that day, or several
├── StaleRunError                  a newer run of the same partition began; this one may publish nothing more
├── BenchmarkDataError             the files of a benchmark are not those it was made for
├── DeskError                      the desk refuses; the sentence and its values can be translated
│   ├── NotAllowedError            the caller's role or unit does not allow it
│   ├── NoSuchItemError            no queue holds what was asked for
│   ├── TakenError                 the item's state or holder does not allow it (any more)
│   ├── BadInputError              what was given makes no sense
│   ├── LoginError                 nobody is let in with this
│   │   └── TooManyLoginsError     too many failures; not before a while
│   └── DeskClosedError            the database does not answer
├── WorldError                     an invented world cannot be made as asked
└── NotReadyError                  an earlier step has not run for that day
"""

from riskscore.errors.contracts import (
    ContractClauseError,
    ContractError,
    DeliveryError,
    NotSetAsideError,
    ReconciliationError,
    StillWrongError,
    UnknownFieldError,
    UnknownFixError,
    UnreadableDeliveryError,
)
from riskscore.errors.desk import (
    BadInputError,
    DeskClosedError,
    DeskError,
    LoginError,
    NoSuchItemError,
    NotAllowedError,
    TakenError,
    TooManyLoginsError,
)
from riskscore.errors.exchange import (
    AgreementError,
    AgreementNotInForceError,
    BundleRejectedError,
    ExchangeError,
    ExportRefusedError,
    KeyFileError,
)
from riskscore.errors.ground import (
    ClockError,
    CrewError,
    DatabaseLostError,
    DatabaseUnavailableError,
    DiskFullError,
    KeepingPolicyError,
    MonitorPolicyError,
    PlaceLostError,
    ReferenceDataError,
    SettingsError,
    SurroundingsError,
    UnhealthyError,
)
from riskscore.errors.learning import (
    ArtefactError,
    FeatureError,
    GrowingError,
    ModelError,
    ModelMismatchError,
    ModelSpecError,
    TrainingDataError,
)
from riskscore.errors.steps import (
    BenchmarkDataError,
    NotReadyError,
    QueueError,
    ScoreNotFoundError,
    StaleRunError,
    WorldError,
)
from riskscore.errors.store import (
    DatabaseRightsError,
    LakeAccessError,
    SchemaMismatchError,
    SchemaVersionError,
    StoreError,
    UnknownTableError,
    UnknownUnitError,
)
from riskscore.errors.told import RiskscoreError

__all__ = [
    "AgreementError",
    "AgreementNotInForceError",
    "ArtefactError",
    "BadInputError",
    "BenchmarkDataError",
    "BundleRejectedError",
    "ClockError",
    "ContractClauseError",
    "ContractError",
    "CrewError",
    "DatabaseLostError",
    "DatabaseRightsError",
    "DatabaseUnavailableError",
    "DeliveryError",
    "DeskClosedError",
    "DeskError",
    "DiskFullError",
    "ExchangeError",
    "ExportRefusedError",
    "FeatureError",
    "GrowingError",
    "KeepingPolicyError",
    "KeyFileError",
    "LakeAccessError",
    "LoginError",
    "ModelError",
    "ModelMismatchError",
    "ModelSpecError",
    "MonitorPolicyError",
    "NoSuchItemError",
    "NotAllowedError",
    "NotReadyError",
    "NotSetAsideError",
    "PlaceLostError",
    "QueueError",
    "ReconciliationError",
    "ReferenceDataError",
    "RiskscoreError",
    "SchemaMismatchError",
    "SchemaVersionError",
    "ScoreNotFoundError",
    "SettingsError",
    "StaleRunError",
    "StillWrongError",
    "StoreError",
    "SurroundingsError",
    "TakenError",
    "TooManyLoginsError",
    "TrainingDataError",
    "UnhealthyError",
    "UnknownFieldError",
    "UnknownFixError",
    "UnknownTableError",
    "UnknownUnitError",
    "UnreadableDeliveryError",
    "WorldError",
]
