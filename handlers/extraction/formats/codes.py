"""The tables of unit codes: X12 element 355 and the spellings of UN/ECE Rec 20 and 21, said in the codes of our orders."""

from handlers.extraction.units import PACKS

#: X12 data element 355 where it differs from UN/ECE Rec 20; several codes where the word may mean each of them.
X12_UNITS: dict[str, tuple[str, ...]] = {
    "EA": ("C62",), "PC": ("C62",), "UN": ("C62",), "EC": ("C62",), "DZ": ("DZN",), "HC": ("CEN",), "C": ("CEN",),
    "TH": ("MIL",), "M": ("MIL",), "GS": ("GRO",), "PR": ("PR",), "DP": ("DPR",), "ST": ("SET",), "SE": ("SET",),
    "KT": ("KT", "SET"), "FT": ("FOT",), "LF": ("FOT",), "IN": ("INH",), "YD": ("YRD",), "MR": ("MTR",), "CM": ("CMT",),
    "MM": ("MMT",), "GA": ("GLL",), "LT": ("LTR",), "ML": ("MLT",), "LB": ("LBR",), "OZ": ("ONZ",), "KG": ("KGM",),
    "GR": ("GRM",), "MP": ("TNE",), "TN": ("STN",), "HR": ("HUR",), "SF": ("FTK",), "SM": ("MTK",), "CA": ("CS", "CA"),
    "CT": ("CT",), "BX": ("BX",), "PK": ("PK",), "BG": ("BG",), "RL": ("RO", "RL"), "RO": ("RO", "RL"), "DR": ("DR",),
}  # fmt: skip
#: Spellings that systems use beside UN/ECE Rec 20, and codes of EDIFACT directories older than it.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "PCS": ("C62",), "LM": ("MTR",), "KT": ("KT", "SET"), "SET": ("SET", "KT"), "NPR": ("PR",), "RO": ("RO", "RL"),
    "RL": ("RO", "RL"), "CS": ("CS", "CA"), "CA": ("CS", "CA"), "NRL": ("RO", "RL"),
    "FT": ("FOT",), "LF": ("FOT",), "YD": ("YRD",), "DZ": ("DZN",), "LB": ("LBR",), "KG": ("KGM",), "HR": ("HUR",),
}  # fmt: skip


def x12_unit(code: str) -> tuple[str, ...]:
    """The codes that an X12 unit may mean; itself where no table knows it, none where nothing is said."""
    code = code.strip().upper()
    return X12_UNITS.get(code, (code,) if code else ())


def unece_unit(code: str) -> tuple[str, ...]:
    """The codes that a UN/ECE unit may mean: a package of Rec 21 is also met with an X before it."""
    code = code.strip().upper()
    if len(code) == 3 and code[0] == "X" and code[1:] in PACKS:  # noqa: PLR2004 - X and two letters
        code = code[1:]
    return SPELLINGS.get(code, (code,) if code else ())
