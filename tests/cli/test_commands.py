"""The commands as scripts use them: names, exit statuses, and what is refused, in the words of the interface."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.cli import main
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import read_quantity
from immunosep_tui.ui.rooms.verdicts import quantity_verdict
from immunosep_tui.ward.reading import read

REFUSED_SPELLINGS = (
    "abc",
    "4,420",
    "4,42",
    "4.4.2",
    "1e5",
    "\N{FULLWIDTH DIGIT FOUR}\N{FULLWIDTH DIGIT FOUR}",
    "\N{ARABIC-INDIC DIGIT FOUR}",
    "-5",
    "\N{MINUS SIGN}5",
    "9999999999",
    "1" * 60,
    "nan",
    "inf",
    "5\x1b[2J",
    "5\x07",
    "5\u202e",
    "44 20",
    " 5",
    "5 ",
    ".5",
    "5.",
    "007",
    "1_0",
    "+5",
    "<5",
    ">40000",
    "4420 mmHg",
    "1000001",
)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The one JSON object that a command prints; nothing else is on standard output."""
    assert main([*arguments, "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("\n") == 1
    found: dict[str, Any] = json.loads(printed.out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a refused call says on standard error."""
    assert main(list(arguments)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


@pytest.mark.parametrize(
    ("ferritin", "hla_dr", "phenotype", "regimen", "missing"),
    [
        ("4421", "3000", "mals", "anakinra", []),
        ("4420.01", None, "mals", "anakinra", []),
        ("4420", "4999", "immunoparalysis", "interferon-gamma", []),
        ("4420", "5000", "unclassified", None, []),
        ("4420", None, "indeterminate", None, ["hla_dr"]),
        (None, "1200", "indeterminate", None, ["ferritin"]),
        (None, None, "indeterminate", None, ["ferritin", "hla_dr"]),
        ("4.42mg/L", "4999 AB/C", "immunoparalysis", "interferon-gamma", []),
        ("4.42001mg/L", "4999", "mals", "anakinra", []),
        ("4420ug/L", "4999", "immunoparalysis", "interferon-gamma", []),
        ("4420mcg/L", "5000", "unclassified", None, []),
    ],
)
def test_classify(
    capsys: pytest.CaptureFixture[str],
    ferritin: str | None,
    hla_dr: str | None,
    phenotype: str,
    regimen: str | None,
    missing: list[str],
) -> None:
    arguments = [*(["--ferritin", ferritin] if ferritin else []), *(["--hla-dr", hla_dr] if hla_dr else [])]
    found = answer(capsys, "classify", *arguments)
    assert (found["phenotype"], found["regimen"], found["missing"]) == (phenotype, regimen, missing)
    assert found["reasons"]
    assert all(set(reason) == {"rule", "text", "source"} for reason in found["reasons"])
    assert all(set(warning) == {"code", "text"} for warning in found["warnings"])
    assert found["protocol"]["id"] == "immunosep-2025"
    assert len(found["protocol"]["sha256"]) == 64


@pytest.mark.parametrize("text", ["30%", "30 %", "450MFI", "450 mfi"])
def test_hla_dr_in_percent_or_mfi_is_refused_with_the_reason(capsys: pytest.CaptureFixture[str], text: str) -> None:
    said = refusal(capsys, "classify", "--ferritin", "900", "--hla-dr", text)
    assert "--hla-dr" in said
    assert "no valid conversion exists" in said


@pytest.mark.parametrize("text", REFUSED_SPELLINGS)
def test_a_refused_spelling_is_refused_alike_in_a_command_and_a_form(
    capsys: pytest.CaptureFixture[str], protocol: Protocol, text: str
) -> None:
    """What, where, why and what would be accepted; the form says the same why."""
    found = read_quantity(text, "ferritin", protocol.bands)
    assert isinstance(found, Refusal)
    said = refusal(capsys, "classify", "--ferritin", text)
    assert said.startswith('--ferritin: "')
    assert str(found.why) in said
    assert str(found.accepted) in said
    assert not any(ord(character) < 32 for character in said.strip("\n"))
    sheet = Patient("1").typed("labs.ferritin", text)
    verdict = quantity_verdict(read(sheet, "labs.ferritin", "ferritin", protocol))
    assert verdict.mark == "refused"
    assert str(found.why) in verdict.message


def test_an_empty_value_is_refused_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing was typed" in refusal(capsys, "classify", "--ferritin", "")
    assert "Nothing was typed" in refusal(capsys, "sofa", "--platelets", "")


def test_a_comma_names_both_readings(capsys: pytest.CaptureFixture[str]) -> None:
    assert "write 4420 or 4.42." in refusal(capsys, "classify", "--ferritin", "4,420")


def test_sofa_of_a_full_day(capsys: pytest.CaptureFixture[str]) -> None:
    day = "--pao2 110 --fio2 0.55 --support invasive --platelets 150000/uL --bilirubin 33umol/L --map 65"
    rest = "--norepinephrine 10mL/h --concentration 64 --weight 80 --gcs 15 --creatinine 300umol/L --urine 900"
    found = answer(capsys, "sofa", *day.split(), *rest.split())
    points = {organ: component["points"] for organ, component in found["components"].items()}
    assert points == {
        "respiration": 2,
        "coagulation": 0,
        "liver": 2,
        "cardiovascular": 4,
        "cns": 0,
        "renal": 3,
    }
    assert (found["version"], found["total"], found["complete"]) == ("1996", 11, True)
    assert found["range"] == {"low": 11, "high": 11}


def test_a_partial_sofa_says_its_range(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "sofa", "--platelets", "99", "--bilirubin", "1", "--gcs", "15", "--creatinine", "3.6")
    assert (found["total"], found["complete"]) == (5, False)
    assert found["range"] == {"low": 5, "high": 13}
    assert found["components"]["respiration"]["points"] is None
    assert found["missing"] == ["respiration", "cardiovascular"]


def test_support_that_is_not_recorded_is_said_to_be_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "sofa", "--pao2", "68", "--fio2", "1.0")
    respiration = found["components"]["respiration"]
    assert (respiration["points"], respiration["assumed_normal"], found["complete"]) == (2, True, False)


def test_several_readings_are_paired_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    """An unventilated 68 and a ventilated 120 on the same day are 3 points, not 4."""
    gases = [
        "--pao2",
        "68",
        "--fio2",
        "1",
        "--support",
        "none",
        "--pao2",
        "120",
        "--fio2",
        "1",
        "--support",
        "invasive",
    ]
    assert answer(capsys, "sofa", *gases)["components"]["respiration"]["points"] == 3
    joined = ["--pao2", "68; 120", "--fio2", "1; 1", "--support", "none; invasive"]
    assert answer(capsys, "sofa", *joined)["components"]["respiration"]["points"] == 3


def test_sofa_2_has_the_same_names(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "sofa", "--version", "2", "--platelets", "50", "--bilirubin", "2.5")
    assert found["version"] == "2"
    assert found["components"]["coagulation"]["points"] == 4
    assert found["components"]["liver"]["points"] == 1


def test_sofa_refuses_each_bad_value_in_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "sofa", "--platelets", "1,5", "--fio2", "40", "--support", "mask", "--version", "1996")
    assert [line.split(":")[0] for line in said.splitlines()] == ["--fio2", "--support", "--platelets"]
    assert "write 40 %" in said


def test_schedule_keeps_elapsed_hours_across_a_clock_change(capsys: pytest.CaptureFixture[str]) -> None:
    start = ["--start", "2026-03-28T22:00+02:00", "--zone", "Europe/Athens"]
    doses = answer(capsys, "schedule", "--regimen", "anakinra", *start)["doses"]
    assert len(doses) == 45
    assert [dose["due"] for dose in doses[:3]] == [
        "2026-03-28T22:00:00+02:00",
        "2026-03-29T07:00:00+03:00",
        "2026-03-29T15:00:00+03:00",
    ]
    first = {"n": 1, "day": 1, "product": "anakinra", "dose": "200 mg", "route": "IV", "placebo": False}
    assert first.items() <= doses[0].items()
    assert {dose["day"] for dose in doses} == set(range(1, 16))


def test_schedule_of_the_double_dummy_has_both_lines(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--regimen", "interferon-gamma", "--design", "double-dummy", "--start", "2026-01-05T08:00Z"]
    doses = answer(capsys, "schedule", *options)["doses"]
    assert sum(dose["placebo"] for dose in doses) == 45
    assert [dose["day"] for dose in doses if not dose["placebo"]] == [1, 3, 5, 7, 9, 11, 13, 15]
    assert [dose["due"] for dose in doses] == sorted(dose["due"] for dose in doses)


def test_a_stopped_course_keeps_its_cancelled_doses_apart(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--regimen", "anakinra", "--start", "2026-01-05T08:00Z", "--stop", "2026-01-06T08:00Z"]
    found = answer(capsys, "schedule", *options)
    assert (len(found["doses"]), len(found["cancelled"])) == (3, 42)


def test_a_dose_that_no_source_gives_is_not_scheduled(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--regimen", "interferon-gamma", "--start", "2026-01-05T08:00Z", "--protocol", "provide-2022"]
    assert "not found in any source" in refusal(capsys, "schedule", *options)
    days = answer(
        capsys, "schedule", "--regimen", "anakinra", "--start", "2026-01-05T08:00Z", "--protocol", "provide-2022"
    )
    assert len(days["doses"]) == 21


@pytest.mark.parametrize("start", ["2026-03-28T22:00", "2026-03-28", "28/03/2026", "now", "2026-02-30T08:00Z", ""])
def test_a_start_without_a_certain_instant_is_refused(capsys: pytest.CaptureFixture[str], start: str) -> None:
    assert "--start" in refusal(capsys, "schedule", "--regimen", "anakinra", "--start", start)


def test_respond(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "respond", "--baseline", "9", "--days", "9,,8,8,7,7,6,6")
    assert (found["window"], found["baseline"], found["mean"], found["decrease"]) == ("day9", 9, 7.5, 1.5)
    assert (found["responder"], found["provisional"], found["died"]) == (True, False, False)
    assert found["imputed"] == [{"day": 3, "value": 9, "why": "carried-forward"}]


def test_respond_before_day_9_gives_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "respond", "--baseline", "9", "--days", "2,2,2")
    assert (found["responder"], found["provisional"]) == (None, True)
    final = answer(capsys, "respond", "--baseline", "9", "--days", "2,2,2", "--final")
    assert (final["responder"], final["provisional"]) == (True, False)


def test_respond_after_a_death(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "respond", "--baseline", "20", "--days", "14,14,13,13,13,13,13,D")
    assert (found["decrease"], found["responder"], found["died"]) == (5.375, True, True)
    assert "died on day 3" in refusal(capsys, "respond", "--baseline", "9", "--days", "9,D,8")


@pytest.mark.parametrize("late", ["8,7,7,7,7,7", "8,8,8,8,8,8,8,8,8,7,7,7,7,7"])
def test_respond_takes_the_further_days_or_all_of_them(capsys: pytest.CaptureFixture[str], late: str) -> None:
    options = ["--baseline", "9", "--days", "8,8,8,8,8,8,8,8", "--day15", late]
    found = answer(capsys, "respond", *options)["day15"]
    assert (found["window"], found["responder"]) == ("day15", False)
    assert found["decrease"] == pytest.approx(19 / 14)


def test_evidence_stands_beside_its_recomputation(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "evidence")
    primary = next(outcome for outcome in found["outcomes"] if outcome["role"] == "primary")
    assert (primary["precision"], primary["placebo"]) == ({"events": 46, "n": 131}, {"events": 26, "n": 145})
    again = primary["recomputed"]
    assert round(again["difference"]["value"], 1) == 17.2
    assert (round(again["difference"]["low"], 1), round(again["difference"]["high"], 1)) == (6.8, 27.2)
    assert round(again["p"]["value"], 3) == 0.002
    assert round(again["odds_ratio"]["value"], 2) == 2.48
    assert round(again["nnt"]["value"], 1) == 5.8
    assert all("method" in again[figure] for figure in ("difference", "p", "odds_ratio", "nnt"))


def test_protocols_can_be_listed_shown_and_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    listed = answer(capsys, "protocol", "list")["protocols"]
    assert [row["id"] for row in listed] == ["immunosep-2025", "immunosep-2025-blinded", "provide-2022"]
    shown = answer(capsys, "protocol", "show", "provide-2022")["profile"]
    assert shown["regimens"]["anakinra"]["days"]["value"] == "7"
    site = tmp_path / "ours.toml"
    site.write_text(
        'kind = "protocol"\nextends = "immunosep-2025"\nid = "ours"\n[sofa]\nsupport_counts = ["invasive"]\n[end]\n'
    )
    assert answer(capsys, "protocol", "check", str(site))["protocol"]["id"] == "ours"
    site.write_text(
        'kind = "protocol"\nextends = "immunosep-2025"\nid = "ours"\n[phenotype]\n'
        'ferritin_above = { value = 442, unit = "ng/mL", source = "S1", confidence = "V" }\n[end]\n'
    )
    said = refusal(capsys, "protocol", "check", str(site))
    assert f"{site}:5" in said
    assert "implausible" in said
    assert "implausible" in refusal(capsys, "classify", "--ferritin", "5000", "--protocol", str(site))


@pytest.mark.parametrize(
    "arguments",
    [
        ["classfy"],
        ["classify", "--feritin", "5"],
        ["protocol", "show"],
        ["protocol", "burn"],
        ["classify", "--fer", "5"],
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    try:
        status = main(arguments)
    except SystemExit as left:
        status = int(str(left.code))
    printed = capsys.readouterr()
    assert status == 2
    assert printed.err.count("\n") == 1
    assert "Accepted" in printed.err


def test_an_unknown_protocol_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "classify", "--ferritin", "5", "--protocol", "immunosep-2024")
    assert "immunosep-2025" in said


def test_the_board_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 3
    assert "needs a terminal" in capsys.readouterr().err
