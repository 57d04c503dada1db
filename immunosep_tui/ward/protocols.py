"""By which protocol a patient is read and a ward plans: that of the course, else that of the ward, else this machine's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import BLINDED, is_released_text, kept_text, load, load_by_hash, read_kept
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import Course
from immunosep_tui.record.entry import WARD, Entry, NotReadable, Proposal
from immunosep_tui.record.kinds import WardProtocol
from immunosep_tui.record.protocols import KeptProtocols, kept_protocols
from immunosep_tui.rules.blinding import STUDY_DRUG, CannotBlind, blind, is_blinded
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import DOUBLE_DUMMY, Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.store import Store
from immunosep_tui.ward.instants import day_text, moment
from immunosep_tui.ward.signature import Signature, propose

SHORT: Final = 12
"""Characters of a hash that are shown."""

NAMERS: Final = ("doctor",)
"""Roles that name another protocol for the ward. Local convention."""

PLANNED_ELSEWHERE: Final = N_(
    "No course is planned or started here: start without --protocol, or a doctor names this protocol in the settings "
    "of the ward."
)
"""What is to be done where this workstation has another protocol than the ward."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The protocol by which a patient is read, as the bedside may see it.

    Args:
        protocol: itself, or what stands in for it where it is not at hand.
        missing: name and hash, as it is shown, of the one that is not at hand; empty where it is.
    """

    protocol: Protocol
    missing: str = ""


class Protocols:
    """The protocol of this workstation, that of the ward, and those of courses.

    Args:
        own: that of this workstation; one that is not blinded yet is blinded for whoever asks for any.
        kept: those in the record of the ward.
        follows: whether none was asked for at this workstation, so that it takes that of the ward.
    """

    def __init__(self, own: Protocol, kept: KeptProtocols | None = None, *, follows: bool = False) -> None:
        self._given = own
        self.kept = kept or KeptProtocols()
        """Those in the record of the ward."""
        self._follows = follows
        self._known: dict[str, Protocol | None] = {own.sha256: own}

    @property
    def own(self) -> Protocol:
        """The protocol of this workstation."""
        return blind(self.own_unblinded)

    @property
    def own_unblinded(self) -> Protocol:
        """The protocol of this workstation with what a double-dummy one hides."""
        found = self._at_hand(self.kept.sha256) if self._follows else None
        return found or self._given

    @property
    def ward(self) -> Protocol:
        """The protocol that the ward plans by; that of this workstation where none is named, or it is not at hand."""
        return blind(self._ward_unblinded)

    @property
    def _ward_unblinded(self) -> Protocol:
        return self._at_hand(self.kept.sha256) or self._given

    @property
    def differs(self) -> bool:
        """Whether the ward plans by another protocol than this workstation, which then plans nothing."""
        return self.kept.sha256 not in ("", self.own.sha256)

    @property
    def ward_name(self) -> str:
        """Name and hash, as they are shown, of the protocol that the ward plans by; of this workstation's for none."""
        return self._shown(self.kept.sha256 or self.own.sha256)

    @property
    def name(self) -> str:
        """Another text where another standing may come of it: for the name of who judges."""
        mine = "" if self.own.sha256 in self.kept.entries or _is_of_everybody(self.own) else self.own.sha256
        return " ".join(filter(None, (self.ward.sha256, self.ward.design, mine)))

    def edition(self, chart: Chart) -> Edition:
        """The protocol by which a patient is read: that of the latest course, without one that of the ward.

        Where that of the course is not at hand another stands in, blinded where the course is.
        """
        course = chart.course
        if course is None:
            return Edition(self.ward)
        sha256 = chart.entries[course.n - 1].protocol
        found = self._at_hand(sha256) if sha256 else self._ward_unblinded
        if found is not None and course.plan.regimen in blind(found).regimens:
            return Edition(blind(found))
        return Edition(_instead(course, self.ward), self._shown(sha256))

    def of(self, chart: Chart) -> Protocol:
        """The protocol of ``edition``."""
        return self.edition(chart).protocol

    def unblinded_of(self, chart: Chart) -> Protocol | None:
        """The same with what a double-dummy one hides, for whoever prepares the study drug; None where not at hand."""
        found = self.edition(chart)
        return None if found.missing else self._at_hand(found.protocol.sha256)

    def told(self) -> Sentence | None:
        """That this workstation has another protocol than the ward; None where it has not."""
        if not self.differs:
            return None
        mine, wards = self.own.id, _name(self.kept.named)
        if mine == wards:
            mine, wards = self._shown(self.own.sha256), self._shown(self.kept.sha256)
        text = N_("This workstation: {mine}. The ward plans by {wards}.")
        return say(text, mine=mine, wards=wards)

    def refusal(self) -> Sentence | None:
        """Why no course is planned or started here, and what to do; None where one may be."""
        told = self.told()
        if told is None:
            return None
        return say(N_("{told} {advice}"), told=told, advice=say(PLANNED_ELSEWHERE))

    def text_of(self, sha256: str) -> WardProtocol | None:
        """A protocol as it is kept; None where it is not at hand."""
        found = self._at_hand(sha256)
        return None if found is None or not found.texts else ward_protocol(found)

    def _at_hand(self, sha256: str) -> Protocol | None:
        """The protocol of a hash, not blinded: this workstation's, one that the ward has kept, or one on this machine."""
        if sha256 and sha256 not in self._known:
            entry = self.kept.entries.get(sha256)
            self._known[sha256] = (_read(entry) if entry is not None else None) or _on_machine(sha256)
        return self._known.get(sha256)

    def _shown(self, sha256: str) -> str:
        """A protocol by its name and the beginning of its hash."""
        found = self._at_hand(sha256)
        name = found.id if found is not None else _name(self.kept.entries.get(sha256))
        return f"{name} ({sha256[:SHORT]})" if name and sha256 else name or sha256[:SHORT] or "?"


def ward_protocol(protocol: Protocol) -> WardProtocol:
    """What a ward keeps of a protocol."""
    return WardProtocol(protocol.id, protocol.sha256, kept_text(protocol))


def read_protocols(store: Store, own: Protocol, *, follows: bool = False) -> Protocols:
    """The protocols of the ward of a store. StoreError."""
    return Protocols(own, kept_protocols(store.entries(WARD)), follows=follows)


def role_refusal(role: str) -> Refusal | None:
    """Why somebody of a role does not name the protocol of the ward; None for a role that does."""
    if role in NAMERS:
        return None
    why = say(N_("The protocol of the ward is not named in this role."))
    return Refusal("role", role, why, say(N_("Accepted: {roles}."), roles=", ".join(NAMERS)))


def propose_protocol(chart: Chart, protocol: Protocol, signature: Signature) -> Proposal:
    """The ward plans by a protocol from now on; ``chart`` is that of the ward's own record."""
    proposal = propose(chart, ward_protocol(protocol), signature.now, signature)
    return replace(proposal, key=f"{signature.key}:protocol", protocol=protocol.sha256)


def name_protocol(store: Store, protocol: Protocol, signature: Signature) -> Entry | Refusal:
    """Let the ward plan by a protocol, as the signature of a doctor says; StoreError where the store refuses it."""
    refusal = role_refusal(signature.author.role)
    if refusal is not None:
        return refusal
    chart = store.chart(WARD)
    return store.append([propose_protocol(chart, protocol, signature)], chart.n)[0]


def named_text(protocols: Protocols, zone: ZoneInfo) -> Sentence:
    """Who named the protocol that the ward plans by, and when."""
    named = protocols.kept.named
    if named is None:
        return say(N_("none is named yet: the first course names it"))
    date = day_text(moment(named.at), zone)
    return say(N_("named by {initials} on {date}"), initials=named.author, date=date)


def name_first_protocol(
    store: Store, protocols: Protocols, signature: Signature, *, despite_clock: bool = False
) -> None:
    """Let a ward that has named none plan by the protocol of this workstation, which is that of its first course.

    Raises:
        Refused: by now it names another one.
        StoreError: it cannot be recorded; ``Stale`` where somebody else was faster.
    """
    chart = store.chart(WARD)
    own = protocols.own_unblinded
    now = Protocols(own, kept_protocols(chart.entries))
    if (why := now.told()) is not None:
        raise Refused(why, say(PLANNED_ELSEWHERE), "other_protocol")
    if now.kept.named is None and own.texts:
        store.append([propose_protocol(chart, own, signature)], chart.n, despite_clock=despite_clock)


def _read(entry: Entry) -> Protocol | None:
    """The protocol of an entry, not blinded; None where this program cannot read it as what its hash says."""
    try:
        body = entry.body
        found = read_kept(body.text) if isinstance(body, WardProtocol) else None
    except (NotReadable, ProfileError):
        return None
    return found if found is not None and found.sha256 == entry.protocol else None


@lru_cache(maxsize=32)
def _on_machine(sha256: str) -> Protocol | None:
    return load_by_hash(sha256)


def _is_of_everybody(protocol: Protocol) -> bool:
    """Whether a protocol comes with the program, which every workstation of this version has."""
    return bool(protocol.texts) and all(map(is_released_text, protocol.texts))


def _name(entry: Entry | None) -> str:
    try:
        return entry.body.name if entry is not None and isinstance(entry.body, WardProtocol) else ""
    except NotReadable:
        return ""


def _instead(course: Course, other: Protocol) -> Protocol:
    """What stands in for the protocol of a course that is not at hand: blinded where the course is."""
    is_hidden = course.plan.regimen == STUDY_DRUG
    if not is_hidden or is_blinded(other):
        return other
    return _hidden(other)


@lru_cache(maxsize=8)
def _hidden(protocol: Protocol) -> Protocol:
    """A protocol as if it were double-dummy, else the double-dummy one of the program."""
    try:
        return blind(replace(protocol, design=DOUBLE_DUMMY))
    except CannotBlind:
        return load(BLINDED)
