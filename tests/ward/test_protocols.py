"""By which protocol a patient is read and a ward plans, in every case: kept, at hand elsewhere, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.profile.files import BLINDED, DEFAULT, load, load_unblinded
from immunosep_tui.record.attention import STOP
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import WARD, Author
from immunosep_tui.record.kinds import WardProtocol
from immunosep_tui.record.protocols import KeptProtocols, kept_protocols
from immunosep_tui.rules.blinding import STUDY_DRUG, is_blinded
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.sealed_list import ARMS
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.deeds import take_back
from immunosep_tui.ward.judging import judge_of
from immunosep_tui.ward.protocols import Protocols, name_first_protocol, name_protocol, read_protocols
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.transfer import Import, import_entries, keep_protocols, plan_import
from immunosep_tui.ward.transfer_file import ImportRefused, read_file, written
from immunosep_tui.ward.transfer_file import read_protocols as protocols_of_file
from tests.support.blinded import KEY, MALS, BlindedWard
from tests.support.followed import IDENTITY, START, Followed
from tests.support.sealed import make_guesses_cheap
from tests.support.wards import UTC as ZONE

make_guesses_cheap()

PROVIDE = "provide-2022"


def own_of(folder: Path, name: str = DEFAULT, base: str = DEFAULT) -> Protocol:
    """A protocol of a site, whose file is gone once it is read."""
    file = folder / f"{name}-ours.toml"
    file.write_text(f'extends = "{base}"\nid = "ours"\ntitle = "Ours"\n[end]\n', encoding="utf-8")
    found = load_unblinded(str(file))
    file.unlink()
    return found


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    """A patient with a course of anakinra by the default protocol, on a ward that has named none."""
    found = started(tmp_path / "ward", load(DEFAULT))
    yield found
    found.desk.close()


def started(folder: Path, protocol: Protocol) -> Followed:
    folder.mkdir()
    ward = Followed(folder, protocol)
    ward.sign("p", {**IDENTITY, "labs.ferritin": "9000", "labs.hla_dr": "9100"})
    ward.start("p")
    return ward


def sign(ward: Followed, role: str = "doctor") -> Signature:
    return replace(ward.signature("why"), author=Author("AB", role))


def test_a_patient_without_a_course_is_read_by_the_protocol_of_the_ward(followed: Followed) -> None:
    store, provide = followed.desk.ward.store, load_unblinded(PROVIDE)
    own = load(DEFAULT)
    assert Protocols(own).of(Chart("q")) == own
    assert not isinstance(name_protocol(store, provide, sign(followed)), Refusal)
    assert read_protocols(store, own).of(Chart("q")) == provide
    assert read_protocols(store, own).own == own
    assert read_protocols(store, own, follows=True).own == provide


@pytest.mark.parametrize("other", [PROVIDE, BLINDED])
def test_a_course_is_read_by_its_own_protocol_whatever_this_workstation_has(followed: Followed, other: str) -> None:
    chart = followed.desk.ward.chart("p")
    found = Protocols(load_unblinded(other)).edition(chart)
    assert (found.protocol, found.missing) == (load(DEFAULT), "")


def test_the_text_that_the_ward_keeps_is_read_where_no_machine_has_the_file(tmp_path: Path) -> None:
    ours = own_of(tmp_path)
    ward = started(tmp_path / "ward", ours)
    store = ward.desk.ward.store
    chart = store.chart("p")
    assert Protocols(load(DEFAULT)).edition(chart).missing == ours.sha256[:12]
    name_first_protocol(store, Protocols(ours), sign(ward))
    found = read_protocols(store, load(DEFAULT))
    assert (found.edition(chart).protocol, found.edition(chart).missing) == (ours, "")
    assert found.ward == ours
    assert not isinstance(name_protocol(store, load_unblinded(PROVIDE), sign(ward)), Refusal)
    later = read_protocols(store, load(DEFAULT))
    assert (later.ward.id, later.of(chart)) == (PROVIDE, ours)
    ward.desk.close()


def test_a_blinded_course_whose_protocol_is_nowhere_is_shown_as_study_drug(tmp_path: Path) -> None:
    """Neither the open protocol nor one that cannot be blinded is used for it."""
    ours = own_of(tmp_path, base=BLINDED)
    made = BlindedWard(tmp_path / "ward", {"001": ARMS[0]}, ours)
    made.admit(MALS)
    made.start(MALS)
    chart = made.desk.ward.store.chart(KEY)
    for name in (DEFAULT, PROVIDE):
        protocols = Protocols(load_unblinded(name))
        found = protocols.edition(chart)
        assert found.missing
        assert is_blinded(found.protocol)
        assert set(found.protocol.regimens) == {STUDY_DRUG}
        assert protocols.unblinded_of(chart) is None
        judge_of(protocols, made.desk.ward.settings)(chart)
    made.close()


def test_where_the_protocol_is_not_at_hand_no_alarm_is_lost(tmp_path: Path) -> None:
    ours = own_of(tmp_path)
    ward = started(tmp_path / "ward", ours)
    ward.now = START + timedelta(hours=2)
    ward.bleed("p", 3, "stop", "fresh blood")
    chart = ward.desk.ward.store.chart("p")
    for name in (DEFAULT, PROVIDE, BLINDED):
        protocols = Protocols(load_unblinded(name))
        found = judge_of(protocols, ward.desk.ward.settings)(chart).at(int(ward.now.timestamp() * 1000))
        assert [item.level for item in found.alarms] == [STOP], name
    ward.desk.close()


# ---- naming ----------------------------------------------------------------------------------------------------------
def test_the_first_course_names_the_protocol_and_a_second_name_is_refused(followed: Followed) -> None:
    store = followed.desk.ward.store
    own = Protocols(load_unblinded(DEFAULT))
    name_first_protocol(store, own, sign(followed))
    name_first_protocol(store, own, sign(followed))
    (entry,) = [each for each in store.entries(WARD) if each.kind == "protocol"]
    assert isinstance(entry.body, WardProtocol)
    assert (entry.body.name, entry.body.sha256) == (DEFAULT, entry.protocol)
    with pytest.raises(Refused) as refused:
        name_first_protocol(store, Protocols(load_unblinded(PROVIDE)), sign(followed))
    assert "This workstation: provide-2022. The ward plans by immunosep-2025." in str(refused.value.text)


def test_only_a_doctor_names_another_one_and_it_is_never_taken_back(followed: Followed) -> None:
    store = followed.desk.ward.store
    assert isinstance(name_protocol(store, load(PROVIDE), sign(followed, "nurse")), Refusal)
    assert isinstance(name_protocol(store, load(PROVIDE), sign(followed, "pharmacist")), Refusal)
    assert store.entries(WARD) == []
    entry = name_protocol(store, load(PROVIDE), sign(followed))
    assert not isinstance(entry, Refusal)
    with pytest.raises(Refused):
        store.append([take_back(store.chart(WARD), entry.n, sign(followed))], entry.n)


def test_another_edition_under_the_same_name_is_told_by_its_hash(followed: Followed) -> None:
    ours = replace(load_unblinded(DEFAULT), sha256="1" * 64)
    store = followed.desk.ward.store
    name_protocol(store, load_unblinded(DEFAULT), sign(followed))
    told = str(read_protocols(store, ours).refusal())
    assert "immunosep-2025 (111111111111)" in told
    assert f"immunosep-2025 ({load(DEFAULT).sha256[:12]})" in told
    assert "start without --protocol" in told


def test_the_name_of_the_judge_is_the_same_wherever_every_protocol_is_at_hand(
    followed: Followed, tmp_path: Path
) -> None:
    """Two workstations of one ward do not judge its board in turns; before it has named one, they do."""
    store, settings = followed.desk.ward.store, followed.desk.ward.settings
    before = {judge_of(Protocols(load(name)), settings).name for name in (DEFAULT, PROVIDE)}
    name_protocol(store, load_unblinded(DEFAULT), sign(followed))
    after = {judge_of(read_protocols(store, load(name)), settings).name for name in (DEFAULT, PROVIDE)}
    assert (len(before), len(after)) == (2, 1)
    assert judge_of(read_protocols(store, own_of(tmp_path)), settings).name not in after
    name_protocol(store, load_unblinded(PROVIDE), sign(followed))
    assert judge_of(read_protocols(store, load(DEFAULT)), settings).name not in after


def test_a_kept_text_that_was_changed_is_not_used(followed: Followed, tmp_path: Path) -> None:
    entry = name_protocol(followed.desk.ward.store, own_of(tmp_path), sign(followed))
    assert not isinstance(entry, Refusal)
    other = replace(entry, text=entry.text.replace(entry.protocol, "2" * 64), protocol="2" * 64)
    kept = KeptProtocols(other, {other.protocol: other})
    found = Protocols(load(DEFAULT), kept)
    assert (found.ward, found.differs) == (load(DEFAULT), True)


# ---- a session -------------------------------------------------------------------------------------------------------
def test_a_workstation_that_asked_for_none_follows_the_ward(followed: Followed, tmp_path: Path) -> None:
    store = followed.desk.ward.store
    name_protocol(store, load_unblinded(BLINDED), sign(followed))
    for follows, own in ((True, BLINDED), (False, DEFAULT)):
        drafts = Drafts(tmp_path / f"{follows}-{FILE_NAME}", "ws-2")
        desk = Desk(load_unblinded, store, drafts, ZONE, lambda: followed.now, follows=follows)
        assert desk.protocol.id == own
        assert desk.ward.protocols.differs is not follows
        assert desk.protocol_of(desk.ward.begin()).id == BLINDED
        assert desk.protocol_of(desk.ward.get("p")).id == DEFAULT
        drafts.close()


# ---- other wards -----------------------------------------------------------------------------------------------------
def test_a_patient_brings_the_protocol_of_the_course_along(tmp_path: Path) -> None:
    ours = own_of(tmp_path)
    there, here = started(tmp_path / "there", ours), Followed(_new(tmp_path / "here"), load(DEFAULT))
    there_store, store = there.desk.ward.store, here.desk.ward.store
    name_protocol(store, load_unblinded(DEFAULT), sign(here))
    file = tmp_path / "p.json"
    body = Protocols(ours).text_of(ours.sha256)
    assert body is not None
    file.write_text(written(there_store.entries("p"), [body]), encoding="utf-8")
    brought = Import("p.json", "root", "desk", there.now)
    entries, kept = read_file(file), protocols_of_file(file)
    for _turn in range(2):
        keep_protocols(store, kept, entries, brought)
        import_entries(store, plan_import(store, entries, brought))
    found = read_protocols(store, load(DEFAULT))
    assert found.of(store.chart("p")) == ours
    assert (found.ward, found.differs) == (load(DEFAULT), False)
    assert [each.role for each in store.entries(WARD)] == ["doctor", "import"]
    for ward in (there, here):
        ward.desk.close()


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_protocol_that_no_course_of_the_file_rests_on_is_not_kept(followed: Followed) -> None:
    store = followed.desk.ward.store
    body = Protocols(load_unblinded(PROVIDE)).text_of(load(PROVIDE).sha256)
    assert body is not None
    keep_protocols(store, [body], store.entries("p"), Import("p.json", "root", "desk", followed.now))
    assert kept_protocols(store.entries(WARD)).entries == {}


def test_a_file_with_another_text_than_its_hash_says_is_refused(followed: Followed, tmp_path: Path) -> None:
    body = Protocols(load_unblinded(PROVIDE)).text_of(load(PROVIDE).sha256)
    assert body is not None
    file = tmp_path / "p.json"
    file.write_text(written(followed.desk.ward.store.entries("p"), [replace(body, sha256="3" * 64)]), encoding="utf-8")
    with pytest.raises(ImportRefused, match="not what its hash says"):
        protocols_of_file(file)
