"""Seeded random patient-days that crowd around the printed cut-offs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from random import Random

COLUMNS = (
    "patient_id",
    "day",
    "pao2_mmhg",
    "fio2",
    "spo2",
    "support",
    "platelets_10e9_l",
    "bilirubin_mg_dl",
    "bilirubin_umol_l",
    "map_mmhg",
    "dopamine_mcg_kg_min",
    "dobutamine_mcg_kg_min",
    "epinephrine_mcg_kg_min",
    "norepinephrine_mcg_kg_min",
    "gcs",
    "creatinine_mg_dl",
    "creatinine_umol_l",
    "urine_ml_24h",
    "ferritin_ng_ml",
    "hla_dr_receptors",
)

SUPPORTS = ("none", "hfnc", "niv", "cpap", "invasive", "ecmo", "")

# Cut-offs of SOFA 1996, SOFA-2 and the phenotype rule, with the inclusive limits a value may take.
CUTS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "pao2_mmhg": ((), "15", "750"),
    "fio2": ((), "0.21", "1"),
    "spo2": (("98",), "30", "100"),
    "platelets_10e9_l": (("20", "50", "80", "100", "150"), "0", "3000"),
    "bilirubin_mg_dl": (("1.2", "2.0", "3.0", "6.0", "12.0"), "0", "70"),
    "bilirubin_umol_l": (("20", "33", "102", "204"), "0", "1200"),
    "map_mmhg": (("40", "50", "60", "70"), "10", "250"),
    "dopamine_mcg_kg_min": (("0", "5", "15", "20", "40"), "0", "100"),
    "dobutamine_mcg_kg_min": (("0",), "0", "100"),
    "epinephrine_mcg_kg_min": (("0", "0.1", "0.2", "0.4"), "0", "10"),
    "norepinephrine_mcg_kg_min": (("0", "0.1", "0.2", "0.4"), "0", "10"),
    "creatinine_mg_dl": (("1.2", "2.0", "3.5", "5.0"), "0.05", "40"),
    "creatinine_umol_l": (("110", "171", "300", "440"), "5", "3500"),
    "urine_ml_24h": (("200", "500"), "0", "25000"),
    "ferritin_ng_ml": (("4420",), "0", "1000000"),
    "hla_dr_receptors": (("5000", "8000"), "0", "200000"),
}

# Most free values are drawn below these, so that every band of the table is met.
USUAL = {
    "fio2": "0.5",
    "pao2_mmhg": "300",
    "spo2": "100",
    "platelets_10e9_l": "250",
    "bilirubin_mg_dl": "16",
    "bilirubin_umol_l": "280",
    "map_mmhg": "110",
    "dopamine_mcg_kg_min": "25",
    "dobutamine_mcg_kg_min": "20",
    "epinephrine_mcg_kg_min": "0.5",
    "norepinephrine_mcg_kg_min": "0.5",
    "creatinine_mg_dl": "7",
    "creatinine_umol_l": "600",
    "urine_ml_24h": "2500",
    "ferritin_ng_ml": "9000",
    "hla_dr_receptors": "12000",
}

PF_CUTS = ("75", "100", "150", "200", "225", "300", "400")
SF_CUTS = ("89", "120", "200", "214", "250", "300", "357", "512")

Cells = tuple[str, ...]
_POOL = 4096
_CHUNK = 2000


def random_days(seed: int, count: int) -> Iterator[dict[str, str]]:
    """Yield `count` patient-days with every column as text, the same ones for the same seed.

    About half of the measured values are a cut-off or one last digit beside it, as written or with up to
    two more digits. Every second row lacks about a third of its fields. Vasoactives are often off.
    """
    rng = Random(seed)
    pools = _pools(rng)
    # Whole masks are drawn rather than a choice for every cell, for speed.
    masks = [[rng.random() < 1 / 3 for _ in COLUMNS[2:]] for _ in range(_POOL)]
    for start in range(0, count, _CHUNK):
        # Always a whole chunk, so that fewer days are the beginning of more days.
        drawn = zip(*(rng.choices(pool, k=_CHUNK) for pool in pools), strict=True)
        blanks = rng.choices(masks, k=_CHUNK)
        for n, groups, mask in zip(range(start, min(start + _CHUNK, count)), drawn, blanks, strict=False):
            cells: Iterable[str] = chain.from_iterable(groups)
            if n % 2:
                cells = ["" if blank else cell for cell, blank in zip(cells, mask, strict=True)]
            # Fifteen days a patient: the length of the treatment.
            yield dict(zip(COLUMNS, (f"P{n // 15:06d}", str(n % 15 + 1), *cells), strict=True))


def _pools(rng: Random) -> list[list[Cells]]:
    """Build, in column order, one pool of cells for each group of columns that must be drawn together."""
    return [
        [_gas(rng) for _ in range(_POOL)],
        [(support,) for support in SUPPORTS],
        _single(rng, "platelets_10e9_l"),
        _two_units(rng, "bilirubin_mg_dl", "bilirubin_umol_l"),
        _single(rng, "map_mmhg"),
        _vasoactives(rng),
        [(str(gcs),) for gcs in range(3, 16)],
        _two_units(rng, "creatinine_mg_dl", "creatinine_umol_l"),
        _single(rng, "urine_ml_24h"),
        _single(rng, "ferritin_ng_ml"),
        _single(rng, "hla_dr_receptors"),
    ]


def _text(number: Decimal) -> str:
    return format(number, "f")


def _inside(column: str, number: Decimal) -> bool:
    _, low, high = CUTS[column]
    return Decimal(low) <= number <= Decimal(high)


def _edges(column: str) -> list[str]:
    """List a column's cut-offs and their neighbours, written with 0 to 2 digits more than printed."""
    texts: list[str] = []
    for cut in CUTS[column][0]:
        for digits in range(3):
            step = Decimal(cut).as_tuple().exponent
            assert isinstance(step, int)
            last_digit = Decimal(1).scaleb(step - digits)
            number = Decimal(cut).quantize(last_digit)
            texts += [_text(n) for n in (number - last_digit, number, number + last_digit) if _inside(column, n)]
    return texts


def _free(rng: Random, column: str, digits: int) -> str:
    """Draw a value anywhere inside the limits, three times in four in the usual range."""
    _, low, high = CUTS[column]
    top = high if rng.random() < 0.25 else USUAL[column]
    scale = 10**digits
    number = Decimal(rng.randint(int(Decimal(low) * scale), int(Decimal(top) * scale))).scaleb(-digits)
    return _text(max(number, Decimal(low)))


def _values(rng: Random, column: str) -> list[str]:
    """Draw a pool of texts for one column, half of them beside a cut-off."""
    edges = _edges(column)
    near = rng.choices(edges, k=_POOL // 2)
    far = [_free(rng, column, rng.randint(0, 3)) for _ in range(_POOL // 2)]
    return near + far


def _single(rng: Random, column: str) -> list[Cells]:
    return [(text,) for text in _values(rng, column)]


def _two_units(rng: Random, first: str, second: str) -> list[Cells]:
    """Pair the two unit columns of one analyte: mostly one is filled, now and then both."""
    pairs: list[Cells] = []
    for one, other in zip(_shuffled(rng, first), _shuffled(rng, second), strict=True):
        chance = rng.random()
        if chance < 0.45:
            pairs.append((one, ""))
        elif chance < 0.9:
            pairs.append(("", other))
        else:
            pairs.append((one, other))
    return pairs


def _shuffled(rng: Random, column: str) -> list[str]:
    texts = _values(rng, column)
    rng.shuffle(texts)
    return texts


def _vasoactives(rng: Random) -> list[Cells]:
    """Draw the four agents together, so that none, one and several running are all common."""
    agents = [_shuffled(rng, column) for column in COLUMNS[10:14]]
    pool: list[Cells] = []
    for doses in zip(*agents, strict=True):
        running = rng.choice((0, 0, 1, 1, 2, 4))
        chosen = rng.sample(range(4), running)
        off = ("", "0", "0.00")
        pool.append(tuple(dose if n in chosen else rng.choice(off) for n, dose in enumerate(doses)))
    return pool


def _gas(rng: Random) -> Cells:
    """Draw PaO2, FiO2 and SpO2; half the time so that a quotient is a cut-off or just beside it."""
    digits = rng.choice((2, 2, 3))
    fio2 = Decimal(_free(rng, "fio2", digits))
    pao2 = _free(rng, "pao2_mmhg", rng.randint(0, 2))
    spo2 = rng.choice(_edges("spo2")) if rng.random() < 0.5 else _free(rng, "spo2", rng.randint(0, 1))
    with_pao2 = rng.random() < 0.7
    if rng.random() < 0.5:
        if with_pao2:
            pao2 = _quotient(rng, PF_CUTS, fio2, "pao2_mmhg") or pao2
        else:
            spo2 = _quotient(rng, SF_CUTS, fio2, "spo2") or spo2
    return (pao2 if with_pao2 else "", _text(fio2), spo2)


def _quotient(rng: Random, cuts: Sequence[str], fio2: Decimal, column: str) -> str | None:
    """Make a numerator whose quotient with `fio2` is a cut-off or just beside; None if none fits."""
    fitting = [Decimal(cut) * fio2 for cut in cuts if _inside(column, Decimal(cut) * fio2)]
    if not fitting:
        return None
    exact = rng.choice(fitting).normalize()
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    last_digit = Decimal(1).scaleb(min(exponent, 0) - rng.randint(0, 1))
    number = exact.quantize(last_digit) + rng.choice((-1, 0, 0, 1)) * last_digit
    return _text(number if _inside(column, number) else exact)
