"""Text that a spreadsheet program would take for a formula: kept as typed, and guarded in every CSV file."""

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def looks_like_formula(text: str) -> bool:
    """True if the text, opened from a CSV file, might be calculated instead of shown."""
    return text.startswith(FORMULA_STARTS)


def plain_cell(value: Any) -> Any:
    """Return text that no spreadsheet program takes for a formula when it opens a CSV file."""
    return f"'{value}" if isinstance(value, str) and looks_like_formula(value) else value


def as_typed(text: str) -> str:
    """Return the text that `plain_cell` guarded."""
    return text[1:] if text.startswith("'") and looks_like_formula(text[1:]) else text
