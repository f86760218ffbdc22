"""Numbers as people read them: three significant digits and a true minus sign, wherever they stand."""

from typing import Final

from surefoot.units import unit_of
from surefoot.words.language import ENGLISH, Language

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# A smaller number is written with a power of ten.
_LEAST_POWER: Final = -5


def show_number(value: float, language: Language = ENGLISH) -> str:
    """Return `value` with three significant digits; whole numbers keep all of theirs.

    >>> show_number(0.043217), show_number(-12.34), show_number(1234.5), show_number(0.0), show_number(0.9996)
    ('0.0432', '−12.3', '1234', '0', '1.00')
    >>> show_number(9.07e-9)
    '9.07 × 10⁻⁹'
    """
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    power = int(exponent)
    if power < _LEAST_POWER:
        return f"{_written(mantissa, language)} × 10{str(power).translate(_RAISED)}"
    return _written(f"{value:.{max(0, 2 - power)}f}", language)


def show_value(key: str, value: float, language: Language = ENGLISH) -> str:
    """Return a metric's value with its unit.

    >>> show_value("path_rate_mps3", 0.5), show_value("tilt_ap_deg", 1.5), show_value("touchdowns_count", 2.0)
    ('0.500 m/s³', '1.50°', '2')
    """
    unit = unit_of(key)
    if unit == "count":
        return f"{value:.0f}"
    return f"{show_number(value, language)}{'' if unit.startswith('°') else ' '}{unit}".rstrip()


def show_percent(value: float, decimals: int = 1, language: Language = ENGLISH) -> str:
    """Return a percentage with its sign.

    >>> show_percent(-4.21), show_percent(0.04), show_percent(-40.2, 0)
    ('−4.2 %', '+0.0 %', '−40 %')
    """
    return _written(f"{value:+z.{decimals}f} %", language)


def show_ratio(value: float | None, unit: str, language: Language = ENGLISH) -> str:
    """Return a ratio: whole per cent, or two decimals.

    >>> show_ratio(-12.4, "%"), show_ratio(1.888, ""), show_ratio(None, "")
    ('−12 %', '1.89', '')
    """
    if value is None:
        return ""
    return _written(f"{value:z.0f} %" if unit == "%" else f"{value:z.2f}", language)


def _written(text: str, language: Language) -> str:
    return text.replace("-", "−").replace(".", language.decimal_mark)
