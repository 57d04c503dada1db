"""What an entry can say: one frozen body a kind, made of texts as typed and of the answers given to them then."""

from __future__ import annotations

from dataclasses import dataclass, field

Texts = dict[str, str]
"""Texts as typed, by the rest of their key on the sheet."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who the patient is: a place and two identifiers."""

    place: str
    case: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Screened:
    """What is known of the trial's criteria, as typed; what is not known is left out."""

    texts: Texts
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Labs:
    """The laboratory values that decide the phenotype, of one blood sample, counted from 1.

    ``kept`` names those that were asked about and confirmed.
    """

    texts: Texts
    kept: tuple[str, ...] = ()
    sample: int = 1


@dataclass(frozen=True, slots=True)
class SofaDay:
    """Raw values or points of a treatment day and what they scored then; ``total`` is None where it was incomplete."""

    day: int
    texts: Texts
    low: int
    high: int
    total: int | None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SofaTotal:
    """The SOFA total of a day, typed as one number."""

    day: int
    total: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The phenotype that the protocol gave to values frozen here; later values never change it.

    ``inputs`` are the quantities with their units. ``regimen`` is what the trial gave, None where it gave nothing.
    ``cautions`` are the codes of what a person was told to weigh.
    """

    phenotype: str
    regimen: str | None
    inputs: Texts
    missing: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose of a course as it was planned: ``due`` in milliseconds of UTC, ``day`` of treatment from 1."""

    number: int
    day: int
    due: int
    product: str
    dose: str
    route: str
    placebo: bool


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """One line of the checklist over a course: the treatment days on which it is due, each with its instant.

    ``days`` and ``due`` (milliseconds of UTC) are as long as each other; a day that asks for several looks stands in
    them several times.
    """

    item: str
    label: str
    days: tuple[int, ...]
    due: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CourseStarted:
    """A course with all its doses and checks, as the protocol gave it.

    ``start`` is the time as typed, ``design`` too (empty: open). ``decision`` is the number, within the patient's
    record, of the decision that it rests on, ``sample`` that of the blood sample. ``least_gap`` is the shortest time
    between two given doses of the same product in milliseconds, 0 where there is no such convention; ``window`` is how
    far from its time a dose still counts as on time, 0 likewise. ``ends`` is the instant after which no dose can be
    recorded. ``answers`` are those to the questions asked before the start.
    """

    regimen: str
    design: str
    start: str
    decision: int
    slots: tuple[Slot, ...]
    ends: int
    least_gap: int = 0
    window: int = 0
    sample: int = 1
    answers: Texts = field(default_factory=dict)
    checks: tuple[PlannedCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseStopped:
    """The end of a course before its last dose; ``stop`` is the time as typed."""

    course: int
    stop: str


@dataclass(frozen=True, slots=True)
class Dose:
    """What became of one dose of a course: given, held, refused or omitted; not more than once a slot."""

    course: int
    slot: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist of a day; ``level`` is the most urgent limit that the value met, empty for none."""

    day: int
    item: str
    label: str
    text: str
    level: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Bleeding:
    """A bleeding event in words, with the site and what was done.

    ``grade`` is that of the WHO scale, 0 to 4, None where it was not said; ``major`` names the ISTH criteria of major
    bleeding that are met; ``level`` is the most urgent limit that it meets, empty for none.
    """

    site: str
    text: str
    grade: int | None = None
    major: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True, slots=True)
class Died:
    """The patient died on a treatment day."""

    day: int


@dataclass(frozen=True, slots=True)
class Left:
    """The patient left alive, so that no more values come."""

    text: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Whether the patient was alive on a day after the course: ``alive`` or ``died``."""

    day: int
    status: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody has seen what these entries say and acts on it; ``until`` (milliseconds of UTC) it is not urgent again."""

    entries: tuple[int, ...]
    until: int


@dataclass(frozen=True, slots=True)
class LimitEnded:
    """A person ended what an entry asks for by the limit that it met; the reason says why it is over.

    ``level`` is that of what was ended, ``stop`` or ``call``: the end of a call ends no STOP.
    """

    entry: int
    level: str


@dataclass(frozen=True, slots=True)
class CourseContinued:
    """A course goes on although these entries say something else than it rests on; the reason says why."""

    course: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RedCells:
    """Units of red cells that were transfused."""

    units: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """The number under which a blinded course was prepared; what is behind it stands in the sealed list alone."""

    course: int
    number: str


@dataclass(frozen=True, slots=True)
class CodeBroken:
    """The blinding of a course was lifted; ``contents`` says what was given. It cannot be taken back."""

    course: int
    contents: str


@dataclass(frozen=True, slots=True)
class Voided:
    """An earlier entry was wrong and nothing takes its place; the reason says why."""

    entry: int


@dataclass(frozen=True, slots=True)
class Note:
    """Words for whoever reads the record."""

    text: str


@dataclass(frozen=True, slots=True)
class SignedOff:
    """Everything up to an entry was reviewed; ``meaning`` is what the signature says."""

    upto: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs: initials, role, and the hash of a PIN; not ``active`` any more after leaving the ward."""

    initials: str
    role: str
    pin: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """One convention of the ward: the name of the setting and its text as typed, empty for the default."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class WardProtocol:
    """A protocol by name and hash with the text of its files, so that what rests on it is read by it ever after.

    The ward plans by the latest one; one that came in with a patient of another ward, whose author imports, is only
    kept. The entry's own hash of the protocol is the same.
    """

    name: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The first entry of a ledger: which ward it is for."""

    ward: str
    facts: Texts = field(default_factory=dict)


Body = (
    Admitted
    | Screened
    | Labs
    | SofaDay
    | SofaTotal
    | Decision
    | CourseStarted
    | CourseStopped
    | Dose
    | Check
    | Bleeding
    | Died
    | Left
    | FollowUp
    | Acknowledged
    | LimitEnded
    | CourseContinued
    | RedCells
    | Allocated
    | CodeBroken
    | Voided
    | Note
    | SignedOff
    | Person
    | Setting
    | WardProtocol
    | Opened
)

KINDS: dict[str, type[Body]] = {
    "admitted": Admitted,
    "screened": Screened,
    "labs": Labs,
    "sofa": SofaDay,
    "total": SofaTotal,
    "decision": Decision,
    "course": CourseStarted,
    "stop": CourseStopped,
    "dose": Dose,
    "check": Check,
    "bleeding": Bleeding,
    "died": Died,
    "left": Left,
    "follow-up": FollowUp,
    "acknowledged": Acknowledged,
    "limit-end": LimitEnded,
    "continued": CourseContinued,
    "red-cells": RedCells,
    "allocated": Allocated,
    "code-break": CodeBroken,
    "void": Voided,
    "note": Note,
    "sign-off": SignedOff,
    "person": Person,
    "setting": Setting,
    "protocol": WardProtocol,
    "opened": Opened,
}
"""The name under which each body is stored; a name never changes its meaning."""

KIND_OF = {body: kind for kind, body in KINDS.items()}

OUTCOMES = ("given", "held", "refused", "omitted")
"""What can become of a dose."""

ROLES = ("doctor", "nurse", "pharmacist", "researcher")
"""In what capacity somebody signs."""

IMPORTER = "import"
"""In what capacity somebody brings in what was signed elsewhere."""

ENDS_STOP = ("doctor",)
"""The roles that may end a STOP."""
