"""The written teaching cases: each answer is what the rules compute, each topic is taught twice, no faulty file passes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from immunosep_tui.i18n import words
from immunosep_tui.profile import files
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import check_unsealed, data_folder, load
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training import case_files
from immunosep_tui.training.case_files import (
    LONGEST_COURSE,
    Written,
    answer_meant,
    asked_of,
    first_course,
    load_written,
    teaching_cases,
    teaching_files,
)
from immunosep_tui.training.checking import check_file, checked_lines, gives_away
from immunosep_tui.training.items import item
from immunosep_tui.training.question import Question
from immunosep_tui.training.topics import TOPICS
from immunosep_tui.ward.cases import cases
from tests.support.writing import UNSAFE

FILES = teaching_files()
SAMPLES = {case.id for case in cases()}
LEAST = 44
LEAST_NEW = 30


def asked(case: Written) -> list[tuple[Question, str]]:
    """Each question with its written answer."""
    found = []
    for ask, answer in zip(case.item.asks, case.answers, strict=True):
        one = asked_of(case.item.situation, ask)
        assert not isinstance(one, str), (case.item.id, ask.key, one)
        found.append((one, answer))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_written_answer_is_what_the_rules_compute(path: Path, protocol: Protocol) -> None:
    case = load_written(path, protocol)
    for question, answer in asked(case):
        assert answer_meant(question, answer) == question.solution.value, question.key
    assert check_file(path, protocol) == ()
    count = len(case.item.asks)
    assert 2 <= count <= 4
    assert checked_lines(path, protocol) == (f"{count} questions, all answers as the rules compute them.",)


def test_a_case_is_read_under_its_name(protocol: Protocol) -> None:
    assert item("case/first-one-above", protocol).asks[0].key == "phenotype"
    with pytest.raises(KeyError):
        item("case/nobody", protocol)


def test_there_are_enough_and_every_topic_is_taught_twice(protocol: Protocol) -> None:
    assert len(FILES) >= LEAST
    assert len({path.stem for path in FILES} - SAMPLES) >= LEAST_NEW
    taught = Counter(topic for path in FILES for topic in load_written(path, protocol).lesson.topics)
    assert {topic for topic in TOPICS if taught[topic] < 2} == set()
    found = teaching_cases(protocol)
    assert list(found) == [path.stem for path in FILES]
    assert {each.level for each in found.values()} == {1, 2, 3}
    assert len({each.story for each in found.values()}) == len(found)


def test_the_first_course_has_ten_cases_and_its_debriefs_state_every_rule(protocol: Protocol) -> None:
    found = teaching_cases(protocol)
    assert len(first_course(protocol)) == LONGEST_COURSE
    told = [
        " ".join((found[name].story, found[name].teaches, *found[name].traps, *map(str, _solved(found[name]))))
        for name in first_course(protocol)
    ]
    everything = " ".join(told)
    for rule in (
        "above 4420 ng/mL",
        "below 5000 receptors per cell",
        "Both comparisons are strict",
        "both states together count as MALS",
        "anakinra 200 mg IV every 8 hours",
        "interferon gamma-1b 100 mcg subcutaneous every 48 hours",
        "45 doses",
        "8 doses",
        "never turned into receptors",
        "3.8 mg/L is 3800 ng/mL",
        "the laboratory dilutes and repeats",
        "older than 24 hours",
        "less than 72 hours",
        "only with hyper-inflammation",
        "neither met nor not met",
        "respiratory support on that gas",
        "before sedation",
        "divided by 60 and by the weight",
        "missing, not zero",
        "Day 1 begins with the first dose",
        "at least 12 below 8 times baseline",
        "last known value",
        "provisional",
        "counts 24 points",
        "DIED stands above",
        "signal of interferon gamma-1b",
        "anemia (anakinra)",
        "only the pharmacist knows",
        "mortality did not differ",
        "neither drug is licensed",
    ):
        assert rule in everything, rule


def _solved(case: object) -> list[str]:
    from immunosep_tui.training.item import Item

    assert isinstance(case, Item)
    return [words(each.solution.rule) for each in case.questions()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_story_is_short_safe_and_gives_no_answer_away(path: Path, protocol: Protocol) -> None:
    case = load_written(path, protocol)
    told = case.item
    for text in (told.title, told.story, told.teaches, *told.traps, *(ask.hint for ask in told.asks)):
        assert not UNSAFE.search(text), text
    assert 2 <= len(re.findall(r"[.?!:]'?(?= |$)", told.story)) <= 6
    assert all(trap.endswith((".", "?")) for trap in (*told.traps, told.teaches, told.story.rstrip("'")))
    assert path.read_text(encoding="utf-8").startswith("# A made-up patient: no real person, no real data.")
    if told.id not in SAMPLES:
        for question, _answer in asked(case):
            if (
                question.key in ("phenotype", "regimen", "bedside", "response/day9")
                and question.solution.value != "died"
            ):
                assert not gives_away(question, told.story), question.key


def test_no_hint_holds_the_answer(protocol: Protocol) -> None:
    for path in FILES:
        case = load_written(path, protocol)
        for (question, _answer), ask in zip(asked(case), case.item.asks, strict=True):
            assert not gives_away(question, ask.hint), (path.stem, ask.key)


def test_sample_patients_are_only_those_with_an_outcome() -> None:
    assert len(SAMPLES) == 20
    assert SAMPLES & {path.stem for path in FILES}


def test_a_protocol_with_other_rules_leaves_out_what_was_written_for_this_one(protocol: Protocol) -> None:
    found = teaching_cases(load("provide-2022"))
    assert 0 < len(found) < len(teaching_cases(protocol))
    assert "first-one-above" not in found


# ---- a teacher's file ------------------------------------------------------------------------------------------
GOOD = (data_folder() / "cases" / "down-by-more-than-half.toml").read_text(encoding="utf-8")
NAME = "down-by-more-than-half.toml"


def changed(folder: Path, old: str, new: str) -> Path:
    assert GOOD.count(old) == 1, old
    path = folder / NAME
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    return path


FAULTS = [
    ("title = ", "titel = ", "titel = ", "titel: this key is not known"),
    ('id = "down', 'id = "up', "id = ", "id: it must be the name of the file"),
    ("level = 3", "level = 4", "level =", "level: it must be a whole number from 0 to 3"),
    ("level = 3", "level = 0", "level =", "level: it must be 1, 2 or 3"),
    ("level = 3", "level = 3\ncourse = 11", "course =", "course: it must be a whole number from 0 to 10"),
    (
        "level = 3",
        "level = 3\ncourse = 3",
        "course =",
        f"course: place 3 of the first course is that of {data_folder() / 'cases' / 'first-every-other-day.toml'}",
    ),
    ('topics = ["sudden-fall"]', "topics = []", "topics =", "topics: its questions are about: sudden-fall"),
    ('topics = ["sudden-fall"]', 'topics = ["fall"]', "topics =", "topics: there is no topic fall"),
    (
        'topics = ["sudden-fall"]',
        'topics = ["sudden-fall", "urine"]',
        "topics =",
        "topics: its questions are about: sudden-fall",
    ),
    ('sources = ["S26", "S1"]', "sources = []", "sources =", "sources: at least one is needed"),
    ('sources = ["S26", "S1"]', 'sources = ["S99"]', "sources =", "sources: S99 is neither a source of the protocol"),
    ('"labs.ferritin" = "3000"', '"labs.ferritin" = "3,000"', 'labs.ferritin"', "texts.labs.ferritin: it is refused"),
    ('"labs.hla_dr" = "3400"', '"labs.hla_dr" = "34"', "labs.hla_dr", "texts.labs.hla_dr: it is refused, or asked"),
    (
        "zone = ",
        'kept = ["labs.ferritin"]\nzone = ',
        "kept =",
        "kept: labs.ferritin is neither refused nor asked about",
    ),
    ("zone = ", 'protocol = "nothing"\nzone = ', "protocol =", "protocol: there is no protocol of this name"),
    ('question = "doubt"', 'question = "doubts"', '"doubts"', "ask.1.question: there is no kind of question doubts"),
    ('question = "doubt"', 'question = "day"', '"day"', "ask.1.question: the rules leave it open"),
    (
        'question = "doubt"',
        'question = "sofa/1/spleen"',
        "spleen",
        "ask.1.question: it names nothing that can be asked",
    ),
    ('question = "doubt"', 'question = "sofa/1"', '"sofa/1"', "ask.1.question: it names nothing that can be asked"),
    ('question = "doubt"', 'question = "sofa/one/liver"', "one/", "ask.1.question: it names nothing that can be asked"),
    ('answer = "immunoparalysis"', 'answer = "mals"', '"mals"', 'ask.0.answer: the rules give "immunoparalysis"'),
    ('answer = "immunoparalysis"', 'answer = "MALS"', '"MALS"', "ask.0.answer: it is none of: "),
    ('answer = "immunoparalysis"', "answer = 4", "answer = 4", "ask.0.answer: it must be a text"),
    ("hint = ", "hin = ", "hin =", "ask.1.hin: this key is not known"),
    ("hint = ", 'hint = "dilute"\nhintt = ', "hintt", "ask.1.hintt: this key is not known"),
]


@pytest.mark.parametrize(("old", "new", "at", "reason"), FAULTS)
def test_a_fault_is_told_with_file_line_and_reason(
    tmp_path: Path, protocol: Protocol, old: str, new: str, at: str, reason: str
) -> None:
    path = changed(tmp_path, old, new)
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if at in text)
    told = checked_lines(path, protocol)
    assert any(each.startswith(f"{path}:{line}: {reason}") for each in told), told


@pytest.mark.parametrize("key", ["story", "teaches", "traps", "sources", "topics", "level", "now", "zone"])
def test_a_missing_key_is_named(tmp_path: Path, protocol: Protocol, key: str) -> None:
    without = re.sub(rf"(?ms)^{key} = (?:\[\n.*?^\]|[^\n]*)\n", "", GOOD, count=1)
    assert without != GOOD
    path = tmp_path / NAME
    path.write_text(without, encoding="utf-8")
    assert any(each.endswith(f"{key}: it is missing") for each in checked_lines(path, protocol))
    with pytest.raises(ProfileError):
        load_written(path, protocol)


def test_traps_and_questions_are_needed(tmp_path: Path, protocol: Protocol) -> None:
    path = tmp_path / NAME
    path.write_text(re.sub(r"(?ms)^traps = \[.*?^\]", "traps = []", GOOD), encoding="utf-8")
    assert "traps: at least one is needed" in checked_lines(path, protocol)[0]
    path.write_text(GOOD.partition("[[ask]]")[0], encoding="utf-8")
    assert checked_lines(path, protocol)[-1].endswith("ask: it is missing")


def test_what_is_wrong_is_told_with_what_the_rules_say_and_why(tmp_path: Path, protocol: Protocol) -> None:
    (told,) = checked_lines(changed(tmp_path, 'answer = "immunoparalysis"', 'answer = "mals"'), protocol)
    assert "HLA-DR 3400 receptors/cell is 1600 receptors/cell" in told


def test_a_hint_that_gives_the_answer_away_is_told(tmp_path: Path, protocol: Protocol) -> None:
    path = changed(
        tmp_path, 'answer = "immunoparalysis"', 'answer = "immunoparalysis"\nhint = "It is immunoparalysis, I think."'
    )
    (told,) = checked_lines(path, protocol)
    assert "ask.0.hint: it gives the answer away" in told


def test_several_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path, protocol: Protocol) -> None:
    path = tmp_path / NAME
    text = GOOD.replace("level = 3", "level = 7").replace('topic = "sudden-fall"', 'topic = "fall"')
    path.write_text(text.replace("title = ", "titel = "), encoding="utf-8")
    lines = [fault.line for fault in check_file(path, protocol)]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_a_file_that_is_no_toml_or_not_there_is_told(tmp_path: Path, protocol: Protocol) -> None:
    path = tmp_path / NAME
    path.write_text("id = ", encoding="utf-8")
    assert "it is not TOML" in checked_lines(path, protocol)[0]
    assert "it cannot be read" in checked_lines(tmp_path / "nothing.toml", protocol)[0]


def test_a_case_given_to_protocol_check_is_sent_to_the_right_command(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ProfileError, match="train check FILE"):
        check_unsealed(path)


def test_two_new_files_do_not_share_a_place_in_the_first_course(
    tmp_path: Path, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_files, "_all", lambda _protocol: ())  # so that the place is free
    path = changed(tmp_path, "level = 3", "level = 3\ncourse = 3")
    (tmp_path / "no-case.toml").write_text("course = ", encoding="utf-8")
    assert check_file(path, protocol) == ()
    other = tmp_path / "ours.toml"
    other.write_text(path.read_text(encoding="utf-8").replace("down-by-more-than-half", "ours"), encoding="utf-8")
    for one, another in ((path, other), (other, path)):
        (fault,) = check_file(one, protocol)
        assert (fault.file, fault.place, fault.reason.endswith(f" {another}")) == (str(one), "course", True)
        assert one.read_text(encoding="utf-8").splitlines()[fault.line - 1] == "course = 3"


# ---- a site's own cases ----------------------------------------------------------------------------------------
def test_a_site_adds_cases_and_neither_replaces_one_nor_breaks_the_room(
    tmp_path: Path, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "site_folder", lambda: tmp_path / "protocols")
    folder = tmp_path / "cases"
    folder.mkdir()
    ours = GOOD.replace("down-by-more-than-half", "ours").replace("level = 3", "level = 3\ncourse = 1")
    (folder / "ours.toml").write_text(ours, encoding="utf-8")
    (folder / "broken.toml").write_text("id = ", encoding="utf-8")
    (folder / "wrong.toml").write_text(
        GOOD.replace("down-by-more-than-half", "wrong").replace('answer = "immunoparalysis"', 'answer = "mals"'),
        encoding="utf-8",
    )
    (folder / NAME).write_text(GOOD.replace("A woman of 47", "Another woman"), encoding="utf-8")
    case_files._all.cache_clear()
    try:
        found, course = teaching_cases(protocol), first_course(protocol)
    finally:
        case_files._all.cache_clear()
    assert found.keys() - {path.stem for path in FILES} == {"ours"}
    assert len(course) == LONGEST_COURSE
    assert course[0] == "first-one-above"
    assert found["down-by-more-than-half"].story.startswith("A woman of 47")
