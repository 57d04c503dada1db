"""CTCAE version 5 anemia, the WHO bleeding scale and ISTH major bleeding."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.grades import (
    CTCAE_ANEMIA,
    CTCAE_SOURCE,
    ISTH_CRITICAL_SITES,
    ISTH_SOURCE,
    OTHER_SITE,
    WHO_BLEEDING,
    WHO_BLEEDING_SOURCE,
    anemia_grade,
    isth_major,
)
from immunosep_tui.rules.units import Quantity


def hb(value: str | Decimal, unit: str = "g/dL") -> Quantity:
    return Quantity("hemoglobin", Decimal(value), unit)


# CTCAE version 5, anemia


@pytest.mark.parametrize(
    ("hemoglobin", "lower_normal", "grade"),
    [
        pytest.param("10.0", "12.0", 1, id="SA03"),
        pytest.param("9.9", "12.0", 2, id="SA04"),
        pytest.param("7.9", "12.0", 3, id="SA06"),
        pytest.param("12.0", "12.0", 0, id="at the lower limit of normal"),
        pytest.param("11.9", "12.0", 1, id="below the lower limit of normal"),
        pytest.param("8.0", "12.0", 2, id="at the limit of grade 3"),
        pytest.param("6.4", "12.0", 3, id="no numeric grade 4"),
        pytest.param("1.0", "12.0", 3, id="no numeric grade 4 or 5"),
        pytest.param("9.9", "9.5", 2, id="grade 2 does not ask for the lower limit"),
        pytest.param("9.9", None, 2, id="grade 2 without the lower limit"),
        pytest.param("7.9", None, 3, id="grade 3 without the lower limit"),
        pytest.param("10.0", None, None, id="grade 1 or 0 is not known"),
        pytest.param("15.0", None, None, id="nor is 0"),
    ],
)
def test_anemia_grade(hemoglobin: str, lower_normal: str | None, grade: int | None) -> None:
    assert anemia_grade(hb(hemoglobin), None if lower_normal is None else hb(lower_normal)) == grade


@pytest.mark.parametrize(
    ("value", "unit", "grade"),
    [
        ("100", "g/L", None),
        ("99", "g/L", 2),
        ("80", "g/L", 2),
        ("79", "g/L", 3),
        ("6.2", "mmol/L", None),
        ("6.1", "mmol/L", 2),
        ("4.9", "mmol/L", 2),
        ("4.8", "mmol/L", 3),
    ],
)
def test_each_unit_has_its_printed_limits(value: str, unit: str, grade: int | None) -> None:
    assert anemia_grade(hb(value, unit), None) == grade


def test_the_lower_limit_may_be_in_another_unit() -> None:
    assert anemia_grade(hb("119", "g/L"), hb("12")) == 1
    assert anemia_grade(hb("120", "g/L"), hb("12")) == 0
    assert anemia_grade(hb("12"), hb("120.1", "g/L")) == 1


@pytest.mark.parametrize(
    ("hemoglobin", "lower_normal"),
    [(Quantity("anc", Decimal(9), "10^9/L"), None), (hb("11"), Quantity("anc", Decimal(9), "10^9/L"))],
)
def test_only_hemoglobin_is_graded(hemoglobin: Quantity, lower_normal: Quantity | None) -> None:
    with pytest.raises(ValueError, match=r"^anemia is graded from hemoglobin, not anc$"):
        anemia_grade(hemoglobin, lower_normal)


@given(low=st.decimals("1", "25", places=2), high=st.decimals("1", "25", places=2))
def test_less_hemoglobin_is_never_a_lower_grade(low: Decimal, high: Decimal) -> None:
    low, high = sorted((low, high))
    worse, better = anemia_grade(hb(low), hb("12")), anemia_grade(hb(high), hb("12"))
    assert worse is not None
    assert better is not None
    assert 3 >= worse >= better >= 0


@given(value=st.decimals("1", "25", places=2))
def test_an_unknown_lower_limit_hides_only_grades_0_and_1(value: Decimal) -> None:
    known = anemia_grade(hb(value), hb("12"))
    assert anemia_grade(hb(value), None) == (None if known in {0, 1} else known)


def test_the_ctcae_table_is_as_published() -> None:
    assert dict(CTCAE_ANEMIA) == {
        "g/dL": (Decimal(10), Decimal(8)),
        "g/L": (Decimal(100), Decimal(80)),
        "mmol/L": (Decimal("6.2"), Decimal("4.9")),
    }
    assert "version 5" in CTCAE_SOURCE


# WHO bleeding scale


def test_the_who_scale_has_five_described_grades_in_order() -> None:
    assert [step.grade for step in WHO_BLEEDING] == [0, 1, 2, 3, 4]
    assert len({step.description for step in WHO_BLEEDING}) == 5
    assert "transfusion" in WHO_BLEEDING[3].description
    assert "retinal" in WHO_BLEEDING[4].description
    assert "WHO" in WHO_BLEEDING_SOURCE


NO_FALL = hb("0")


# ISTH major bleeding; what a vector does not name is stated here as absent


def major(
    overt: bool | None = True,
    fatal: bool | None = False,
    site: str | None = OTHER_SITE,
    fall: Quantity | None = NO_FALL,
    units: int | None = 0,
) -> bool | None:
    return isth_major(overt=overt, fatal=fatal, site=site, hemoglobin_fall=fall, red_cell_units=units)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"fall": hb("2.0")}, True, id="SB01"),
        pytest.param({"fall": hb("1.9")}, False, id="SB02"),
        pytest.param({"site": "intracranial"}, True, id="SB05"),
        pytest.param({}, False, id="overt and nothing else"),
        pytest.param({"fatal": True}, True, id="fatal"),
        pytest.param({"units": 1}, False, id="1 unit of red cells"),
        pytest.param({"units": 2}, True, id="2 units of red cells"),
        pytest.param({"units": 3}, True, id="3 units of red cells"),
        pytest.param({"fall": hb("20", "g/L")}, True, id="20 g/L"),
        pytest.param({"fall": hb("19.9", "g/L")}, False, id="19.9 g/L"),
        pytest.param({"fall": hb("1.25", "mmol/L")}, True, id="1.25 mmol/L"),
        pytest.param({"fatal": None}, None, id="death not known"),
        pytest.param({"site": None}, None, id="site not known"),
        pytest.param({"fall": None}, None, id="fall not known"),
        pytest.param({"units": None}, None, id="red cells not known"),
        pytest.param({"fatal": None, "site": None, "fall": hb("2"), "units": None}, True, id="one criterion is enough"),
        pytest.param({"overt": None, "fall": hb("2")}, None, id="overt not known, a criterion met"),
        pytest.param({"overt": None}, False, id="overt not known, no criterion met"),
        pytest.param({"overt": None, "units": None}, None, id="hardly anything known"),
        pytest.param({"overt": False, "fatal": True, "fall": hb("5"), "units": 9}, False, id="not overt"),
        pytest.param({"overt": False, "site": None}, False, id="not overt, the rest not known"),
    ],
)
def test_isth_major(facts: dict[str, object], expected: bool | None) -> None:
    assert major(**facts) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "site",
    [
        "intracranial",
        "intraspinal",
        "intraocular",
        "retroperitoneal",
        "intra-articular",
        "pericardial",
        "intramuscular-compartment",
    ],
)
def test_each_critical_site_is_major(site: str) -> None:
    assert major(site=site) is True
    assert ISTH_CRITICAL_SITES[site]


def test_the_critical_sites_are_those_published_and_no_more() -> None:
    assert len(ISTH_CRITICAL_SITES) == 7
    assert OTHER_SITE not in ISTH_CRITICAL_SITES
    assert "2005" in ISTH_SOURCE


def test_an_unknown_site_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^unknown site of bleeding: nose$"):
        major(site="nose")


def test_a_fall_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a fall of hemoglobin is wanted, not of platelets$"):
        major(fall=Quantity("platelets", Decimal(20), "10^9/L"))


def test_what_is_not_known_never_contradicts_what_is_then_learned() -> None:
    flags: tuple[bool | None, ...] = (True, False, None)
    sites = ("pericardial", OTHER_SITE, None)
    falls = (hb("2"), hb("1"), None)
    for overt, fatal, site, fall, units in product(flags, flags, sites, falls, (2, 1, None)):
        completions = {
            major(o, f, s, h, u)
            for o in ((True, False) if overt is None else (overt,))
            for f in ((True, False) if fatal is None else (fatal,))
            for s in (("pericardial", OTHER_SITE) if site is None else (site,))
            for h in ((hb("2"), hb("1")) if fall is None else (fall,))
            for u in ((2, 1) if units is None else (units,))
        }
        expected = completions.pop() if len(completions) == 1 else None
        assert major(overt, fatal, site, fall, units) is expected
