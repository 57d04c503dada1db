"""Profiles on disk: released ones only byte for byte, a site's own only when they pass the border, and never a guess."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from immunosep_tui.profile import files, seal, seals
from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.files import available, check_unsealed, data_folder, load, load_unblinded, site_folder
from immunosep_tui.profile.results import results
from immunosep_tui.profile.seals import SEALS
from immunosep_tui.rules.protocol import CONFIDENCE, Assay, Fact, Limit, Note

BELOW = {"immunosep-2025-blinded": ("immunosep-2025",)}
"""What a released profile extends beside the base."""

PROTOCOLS = ("immunosep-2025", "immunosep-2025-blinded", "provide-2022")
RELEASED = data_folder()


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program's folder that a test may damage."""
    folder = tmp_path.resolve() / "program"
    for part in ("protocols", "evidence"):
        (folder / part).mkdir(parents=True)
        for file in (RELEASED / part).glob("*.toml"):
            shutil.copy(file, folder / part)
    monkeypatch.setattr(files, "data_folder", lambda: folder)
    monkeypatch.setattr("immunosep_tui.profile.results.data_folder", lambda: folder)
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a site's own protocols."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(files, "site_folder", lambda: folder)
    return folder


def own(folder: Path, name: str, body: str, extends: str = "immunosep-2025") -> Path:
    file = folder / f"{name}.toml"
    file.write_text(f'kind = "protocol"\nextends = "{extends}"\nid = "{name}"\n{body}\n[end]\n', encoding="utf-8")
    return file


def refused(name_or_file: str | Path) -> Fault:
    return _all_faults(name_or_file)[0]


def _all_faults(name_or_file: str | Path) -> tuple[Fault, ...]:
    with pytest.raises(ProfileError) as error:
        load(str(name_or_file))
    return error.value.faults


# ---- the released profiles ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_released_profile_loads_sealed_and_passes_the_border(name: str) -> None:
    sealed = load_unblinded(name)
    assert sealed == check_unsealed(RELEASED / "protocols" / f"{name}.toml")
    assert sealed.id == name
    chain = [(RELEASED / "protocols" / f"{part}.toml").read_bytes() for part in ("base", *BELOW.get(name, ()), name)]
    assert sealed.sha256 == hashlib.sha256(b"".join(chain)).hexdigest()


def test_the_first_profile_is_the_trials() -> None:
    assert load() == load("immunosep-2025")
    assert tuple(available())[:3] == PROTOCOLS


def test_the_seals_are_those_of_the_files() -> None:
    found = {
        f"{part}/{file.stem}": hashlib.sha256(file.read_bytes()).hexdigest()
        for part in ("protocols", "evidence")
        for file in (RELEASED / part).glob("*.toml")
    }
    assert found == SEALS


def test_a_released_profile_needs_no_pydantic_and_a_sites_own_does(site: Path) -> None:
    file = own(site, "mine", 'version = "2"\n')
    program = (
        "import sys; from immunosep_tui.profile.files import load; load(); load('provide-2022')\n"
        "assert not {m for m in sys.modules if m.partition('.')[0] in ('pydantic', 'textual', 'rich')}\n"
        "load(sys.argv[1]); assert 'pydantic' in sys.modules\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_number_has_a_source_and_a_known_confidence(name: str) -> None:
    protocol = load(name)
    facts = [fact for fact in _facts(protocol) if isinstance(fact, Fact | Note)]
    assert len(facts) > 30
    for fact in facts:
        assert fact.source
        assert fact.confidence in CONFIDENCE
        for key in fact.source.split("; "):
            assert key in protocol.sources or not (key[0] == "S" and key[1:].isdigit()), key


def _facts(part: object) -> Iterator[object]:
    if isinstance(part, Fact | Note):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _facts(each)
    elif isinstance(part, dict):
        for each in part.values():
            yield from _facts(each)
    elif hasattr(part, "__dataclass_fields__"):
        for field in part.__dataclass_fields__:
            yield from _facts(getattr(part, field))


def test_the_two_trials_are_not_mixed() -> None:
    immunosep, provide = load("immunosep-2025"), load("provide-2022")
    assert immunosep.regimens["anakinra"].days.value == 15
    assert provide.regimens["anakinra"].days.value == 7
    assert provide.regimens["interferon-gamma"].dose is None
    assert provide.regimens["interferon-gamma"].presentation is None
    assert provide.regimens["interferon-gamma"].dummy is None
    assert immunosep.phenotype_variants == {}
    assert provide.phenotype_variants["registry"].hla_dr_below.unit == "%"


def test_a_profile_is_built_as_it_is_written() -> None:
    protocol = load()
    anakinra = protocol.regimens["anakinra"]
    assert anakinra.name == "anakinra"
    assert anakinra.dose == Fact(Decimal(200), "mg", "S2", "S")
    assert anakinra.presentation is not None
    assert (anakinra.presentation.container, str(anakinra.presentation.volume.value)) == ("prefilled syringe", "0.67")
    assert anakinra.dummy is not None
    assert (anakinra.dummy.product, anakinra.dummy.route) == ("placebo", "subcutaneous")
    assert anakinra.dummy.volume is not None
    assert anakinra.dummy.volume.note
    assert anakinra.notes[0].text.startswith("The IV route is off-label")
    assert [(w.name, w.first_day, w.last_day) for w in protocol.endpoint.windows] == [("day9", 2, 9), ("day15", 2, 15)]
    assert protocol.endpoint.baseline_day == 1
    assert protocol.endpoint.death_score.value == 24
    assert protocol.sofa.support_counts == {"hfnc", "niv", "cpap", "invasive", "ecmo"}
    assert protocol.sofa.support_confidence == "L"
    assert isinstance(protocol.ferritin_assay, Assay)
    assert [str(end.value) for end in (protocol.hla_dr_assay.near_low, protocol.hla_dr_assay.near_high)] == [
        "3750",
        "6250",
    ]
    assert protocol.hook_fall_percent.value == 50
    assert protocol.hook_effect.source == "S26"
    assert protocol.reversal.hla_dr_above.value == 8000
    assert protocol.eligibility.covid19_phenotypes == ("mals",)
    assert "meningitis" in protocol.eligibility.infections_excluded
    assert "primary bacteremia" in protocol.eligibility.infections_included
    assert "skin commensals" in protocol.eligibility.organisms_excluded
    assert protocol.eligibility.to_confirm[0].confidence == "G"
    assert protocol.notes[0].source == "S1"
    assert protocol.regimen_for("mals") == anakinra
    assert protocol.regimen_for("unclassified") is None
    limits = [limit for item in protocol.checklist for limit in item.limits]
    assert all(isinstance(limit, Limit) for limit in limits)
    ferritin = protocol.bands["ferritin"][0]
    assert (ferritin.unit, ferritin.low_hint) == ("ng/mL", "mg/L")
    assert ferritin.refuse_above == 1000000
    assert ferritin.ask_up_to is None


# ---- damage ------------------------------------------------------------------------------------------------------
DAMAGED = ["protocols/base", "protocols/immunosep-2025", "protocols/provide-2022"]


def _user_of(name: str) -> str:
    return "immunosep-2025" if name.endswith("base") else name.partition("/")[2]


@pytest.mark.parametrize("name", DAMAGED)
def test_no_beginning_of_a_file_is_used(name: str, released: Path) -> None:
    _no_prefix_is_used(released / f"{name}.toml", _user_of(name), samples=40)


@pytest.mark.deep
@pytest.mark.parametrize("name", DAMAGED)
def test_no_beginning_of_a_file_at_all_is_used(name: str, released: Path) -> None:
    _no_prefix_is_used(released / f"{name}.toml", _user_of(name))


def _no_prefix_is_used(file: Path, user: str, samples: int | None = None) -> None:
    whole = file.read_bytes()
    step = len(whole) // samples if samples else 1
    load(user)
    for length in [*range(0, len(whole), step), len(whole) - 1]:
        file.write_bytes(whole[:length])
        assert str(file.parent) in refused(user).file
    file.write_bytes(whole)
    load(user)


@pytest.mark.parametrize("name", DAMAGED)
def test_no_flipped_bit_goes_unnoticed(name: str, released: Path) -> None:
    _no_flip_is_used(released / f"{name}.toml", _user_of(name), samples=40)


@pytest.mark.deep
@pytest.mark.parametrize("name", DAMAGED)
def test_no_flipped_bit_at_all_is_taken_for_the_release(name: str, released: Path) -> None:
    file = released / f"{name}.toml"
    whole = bytearray(file.read_bytes())
    assert files.is_sealed(file, whole.decode())
    for bit in range(len(whole) * 8):
        whole[bit // 8] ^= 1 << bit % 8
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            text = None
        if text is not None:
            with pytest.raises(ProfileError, match="differs from the released file"):
                files.is_sealed(file, text)
        whole[bit // 8] ^= 1 << bit % 8


def _no_flip_is_used(file: Path, user: str, samples: int) -> None:
    whole = file.read_bytes()
    # One more than a round share, so that every bit of a byte has its turn.
    for bit in range(0, len(whole) * 8, len(whole) * 8 // samples + 1):
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        file.write_bytes(broken)
        assert str(file.parent) in refused(user).file


def test_a_changed_release_is_refused_by_any_way_to_the_file(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = released / "protocols" / "immunosep-2025.toml"
    file.write_bytes(file.read_bytes().replace(b"value = 4420", b"value = 4421"))
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    monkeypatch.chdir(released)
    for way in ("immunosep-2025", str(file), "protocols/immunosep-2025.toml", str(link)):
        assert "differs from the released file" in refused(way).reason


def test_a_release_is_trusted_by_any_way_to_the_file(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(released)
    monkeypatch.setattr(files, "_check", None)
    assert load("protocols/immunosep-2025.toml") == load("immunosep-2025")


def test_a_profile_that_no_release_sealed_is_not_taken_from_the_programs_folder(released: Path) -> None:
    shutil.copy(released / "protocols" / "immunosep-2025.toml", released / "protocols" / "other.toml")
    assert "differs from the released file" in refused("other").reason


def test_the_published_results_are_sealed_too(released: Path) -> None:
    results.cache_clear()
    file = released / "evidence" / "immunosep-2025.toml"
    whole = file.read_bytes()
    file.write_bytes(whole + b"\n")
    with pytest.raises(ProfileError, match="differs from the released file"):
        results()
    file.write_bytes(whole)
    assert results() == results()
    results.cache_clear()


def test_results_that_make_no_sense_are_refused(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results.cache_clear()
    file = released / "evidence" / "immunosep-2025.toml"
    file.write_text("nothing = 1\n", encoding="utf-8")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    monkeypatch.setitem(SEALS, "evidence/immunosep-2025", digest)
    with pytest.raises(ProfileError) as error:
        results()
    assert error.value.faults[0].file == str(file)
    results.cache_clear()


# ---- a site's own ------------------------------------------------------------------------------------------------
def test_a_sites_profile_is_listed_after_the_programs_and_loads_by_name(site: Path) -> None:
    file = own(site, "mine", 'version = "9"\n')
    own(site, "base", "")
    assert list(available()) == [*PROTOCOLS, "mine"]
    mine = load("mine")
    assert (mine.id, mine.version) == ("mine", "9")
    assert mine.phenotype == load().phenotype
    chain = [RELEASED / "protocols" / f"{name}.toml" for name in ("base", "immunosep-2025")]
    assert mine.sha256 == hashlib.sha256(b"".join(path.read_bytes() for path in [*chain, file])).hexdigest()
    assert load(str(file)) == mine


def test_a_sites_file_never_replaces_one_of_the_program(site: Path) -> None:
    own(site, "immunosep-2025", 'version = "evil"\n')
    assert available()["immunosep-2025"].parent == RELEASED / "protocols"
    assert load().version != "evil"


@pytest.mark.parametrize("text", ['id = "immunosep-2025"\n', ""])
def test_a_sites_file_never_answers_under_the_id_of_a_release(text: str, site: Path) -> None:
    file = site / "mine.toml"
    file.write_text(f'kind = "protocol"\nextends = "immunosep-2025"\n{text}[end]\n', encoding="utf-8")
    for read in (load, lambda path: check_unsealed(Path(path))):
        with pytest.raises(ProfileError) as error:
            read(str(file))
        (fault,) = error.value.faults
        assert (fault.place, fault.line) == ("id", 3 if text else 0)
        assert "an id of its own" in fault.reason


def test_tables_are_merged_and_lists_replaced(site: Path) -> None:
    own(
        site,
        "mine",
        '[[bands.ferritin]]\nunit = "ng/mL"\nrefuse_above = 9000\nsource = "site"\nconfidence = "L"\n'
        '[sofa]\nsupport_counts = ["invasive"]\n',
    )
    mine = load("mine")
    assert [band.refuse_above for band in mine.bands["ferritin"]] == [9000]
    assert mine.bands["hla_dr"] == load().bands["hla_dr"]
    assert mine.sofa.support_counts == {"invasive"}
    assert mine.sofa.support_source == load().sofa.support_source


def test_a_sites_profile_may_extend_another_beside_it(site: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    own(elsewhere, "first", 'version = "1st"\ntitle = "First"\n')
    second = own(elsewhere, "second", 'version = "2nd"\n', extends="first")
    found = load(str(second))
    assert (found.id, found.version, found.title) == ("second", "2nd", "First")
    own(site, "first", 'title = "Of the site"\n')
    assert load(str(second)).title == "Of the site"


def test_an_error_is_told_at_the_file_that_made_it(site: Path) -> None:
    own(site, "first", '[regimens.anakinra]\ndays = { value = 99, unit = "days", source = "s", confidence = "L" }\n')
    own(site, "second", "[regimens.interferon-gamma]\nnotes = []\n", extends="first")
    fault = refused("second")
    assert (fault.file, fault.line, fault.place) == (str(site / "first.toml"), 5, "regimens.anakinra.days")


def test_an_error_in_a_list_is_told_at_the_file_that_replaced_the_list(site: Path) -> None:
    own(site, "first", '[[checklist]]\nanalyte = "x"\n')
    own(site, "second", "", extends="first")
    assert {(fault.file, fault.line) for fault in _all_faults("second")} == {(str(site / "first.toml"), 4)}


def test_a_fault_that_no_file_names_is_told_at_the_last(site: Path) -> None:
    (site / "bare.toml").write_text('kind = "protocol"\n[end]\n', encoding="utf-8")
    fault = refused("bare")
    assert (fault.file, fault.line) == (str(site / "bare.toml"), 0)
    assert str(fault) == f"{site / 'bare.toml'}: id: Field required"


@pytest.mark.parametrize(
    "end", ["", "[end] # of the file", "  [end]", "[end]\nx = 1", "[end]\n[[notes]]", "# [end]", "[ end ]"]
)
def test_a_file_without_its_last_line_is_refused_as_cut_off(end: str, site: Path) -> None:
    file = own(site, "mine", 'version = "9"\n')
    text = file.read_text("utf-8").replace("[end]\n", f"{end}\n")
    file.write_text(text, encoding="utf-8")
    fault = refused("mine")
    assert (fault.file, fault.line, fault.place) == (str(file), len(text.rstrip().split("\n")), "end")
    assert fault.reason == "the file may be cut off: its last line must be [end]"


def test_a_file_that_is_extended_needs_its_last_line_too(site: Path) -> None:
    first = own(site, "first", 'version = "9"\n')
    own(site, "second", "", extends="first")
    assert load("second").version == "9"
    first.write_text(first.read_text("utf-8").replace("[end]", ""), encoding="utf-8")
    fault = refused("second")
    assert (fault.file, fault.place) == (str(first), "end")


@pytest.mark.parametrize("end", ["[end]", "[end]\n\n\n", "[end]\r\n"])
def test_what_follows_the_last_line_does_not_matter_while_nothing_stands_there(end: str, site: Path) -> None:
    file = own(site, "mine", 'version = "9"\n')
    file.write_bytes(file.read_bytes().replace(b"[end]\n", end.encode()))
    assert load("mine").version == "9"


def test_the_table_that_ends_a_file_is_empty(site: Path) -> None:
    file = own(site, "mine", "[end.checklist]\n")
    fault = refused("mine")
    assert (fault.file, fault.line, fault.place) == (str(file), 4, "end.checklist")


# ---- chains that go wrong ----------------------------------------------------------------------------------------
def test_four_profiles_may_extend_one_another_and_no_more(site: Path) -> None:
    own(site, "third", "")
    own(site, "fourth", 'version = "4"\n', extends="third")
    assert load("fourth").version == "4"
    own(site, "fifth", "", extends="fourth")
    fault = refused("fifth")
    assert (fault.file, fault.place) == (str(site / "fifth.toml"), "extends")
    assert "more than 4 profiles" in fault.reason


@pytest.mark.parametrize(("one", "other"), [("a", "a"), ("b", "a")])
def test_a_loop_ends(one: str, other: str, site: Path) -> None:
    own(site, "a", "", extends=one)
    own(site, "b", "", extends=other)
    assert "more than 4 profiles" in refused("a").reason


@pytest.mark.parametrize("parent", ["../immunosep-2025", "", "a/b", "a.b", "-", "C:\\\\x"])
def test_a_parent_is_a_name_and_no_path(parent: str, site: Path) -> None:
    own(site, "mine", "", extends=parent)
    assert refused("mine").reason == "it must be the name of another profile"


def test_a_parent_that_is_no_text_or_not_there_is_refused(site: Path) -> None:
    (site / "mine.toml").write_text("extends = 5\n", encoding="utf-8")
    assert refused("mine").reason == "it must be the name of another profile"
    own(site, "mine", "", extends="nowhere")
    assert refused("mine").reason == "there is no profile nowhere"


# ---- files that are none -----------------------------------------------------------------------------------------
def test_an_unknown_name_lists_the_known_ones(site: Path) -> None:
    assert str(refused("imunosep")) == (
        "imunosep: there is no protocol of this name; there are: immunosep-2025, immunosep-2025-blinded, provide-2022"
    )


def test_without_any_profile_none_is_named(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "data_folder", lambda: tmp_path)
    assert refused("x").reason == "there is no protocol of this name; there are: none"


@pytest.mark.parametrize("name", ["here/x", "x.toml", "here\\x"])
def test_a_file_is_told_from_a_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(name).reason == "it cannot be read: No such file or directory"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x.toml").mkdir()
    assert refused(tmp_path / "x.toml").reason == "it cannot be read: Is a directory"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b"#" * 1_000_000)
    assert "its last line must be [end]" in refused(file).reason
    file.write_bytes(b"#" * 1_000_001)
    assert refused(file).reason == "it is larger than 1000000 bytes"


@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        (b"a = 1\nb = '\xff'\n", 2, "it is not UTF-8 text"),
        (b"\xff", 1, "it is not UTF-8 text"),
        (b"a = 1\nb = \nc = 2\n", 2, "it is not TOML: "),
        (b"a = 1\n\nb = '''\n", 4, "it is not TOML: "),
        (b"a = 1\na = 2\n", 2, "it is not TOML: "),
        (b"x = " + b"[" * 100_000 + b"]" * 100_000, 0, "it is not TOML: RecursionError"),
        (b"x = 2027-02-30\n", 0, "it is not TOML: "),
        (b"x = 1e99999999999999999999\n", 0, "it is not TOML: "),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(raw: bytes, line: int, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(raw)
    fault = refused(file)
    assert fault.file == str(file)
    assert fault.reason.startswith(reason)
    assert line in (0, fault.line)


def test_the_folders() -> None:
    assert (RELEASED / "protocols" / "immunosep-2025.toml").is_file()
    assert site_folder().parts[-2:] == ("immunosep-tui", "protocols")


def test_a_packed_folder_is_taken_before_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path.resolve() / "immunosep_tui"
    (package / "profile").mkdir(parents=True)
    monkeypatch.setattr(files, "__file__", str(package / "profile" / "files.py"))
    assert data_folder() == package.parent / "profiles"
    (package / "data").mkdir()
    assert data_folder() == package / "data"


# ---- sealing -----------------------------------------------------------------------------------------------------
def test_sealing_writes_the_hash_of_every_checked_file(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "__file__", str(tmp_path / "seals.py"))
    seal.seal()
    written = (tmp_path / "seals.py").read_text(encoding="utf-8")
    assert written == Path(RELEASED.parent / "immunosep_tui" / "profile" / "seals.py").read_text(encoding="utf-8")
    file = released / "protocols" / "immunosep-2025.toml"
    file.write_bytes(file.read_bytes().replace(b"value = 4420", b"value = 442"))
    with pytest.raises(ProfileError, match="implausible"):
        seal.seal()
    assert (tmp_path / "seals.py").read_text(encoding="utf-8") == written
    file.write_bytes(file.read_bytes().replace(b"value = 442,", b"value = 4421,"))
    seal.seal()
    assert (tmp_path / "seals.py").read_text(encoding="utf-8") != written


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("f.toml", 3, "a.b", "why"), "f.toml:3: a.b: why"),
        (Fault("f.toml", 0, "a.b", "why"), "f.toml: a.b: why"),
        (Fault("f.toml", 3, "", "why"), "f.toml:3: why"),
        (Fault("f.toml", 0, "", "why"), "f.toml: why"),
    ],
)
def test_a_fault_in_words(fault: Fault, words: str) -> None:
    assert str(fault) == words


def test_a_site_sets_its_own_hours_and_no_impossible_ones(site: Path) -> None:
    fact = '{{ value = {value}, unit = "min", source = "ward rule 7", confidence = "L" }}'
    own(site, "ward-7", 'version = "1"\n[site]\noverdue = ' + fact.format(value=30) + "\n")
    changed = load("ward-7")
    assert (changed.site.overdue.value, changed.site.overdue.source) == (Decimal(30), "ward rule 7")
    assert changed.site.on_time == load().site.on_time
    own(site, "ward-8", 'version = "1"\n[site]\noverdue = ' + fact.format(value=600) + "\n")
    with pytest.raises(ProfileError, match="600 min is implausible"):
        load("ward-8")
