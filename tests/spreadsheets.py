"""Reading the spreadsheets that views send, as rows by heading."""

import csv
import io
from typing import Any

from openpyxl import load_workbook


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def csv_rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(response).decode("utf-8-sig"))))


def xlsx_rows(response: Any) -> list[dict[str, Any]]:
    """Rows of cells, so that a test can ask for type and format."""
    headings, *rows = load_workbook(io.BytesIO(content(response))).active.iter_rows()
    names = [cell.value for cell in headings]
    return [dict(zip(names, row, strict=True)) for row in rows]
