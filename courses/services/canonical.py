"""The form in which marks and seals are hashed. Pure; whoever changes it makes every earlier seal false.

A digest is the SHA-256, in hexadecimal, of a JSON list without spaces, in UTF-8: the digest before, then the values
below in this order. Moments are written in UTC as `2026-11-28 01:00:00.000000`. Only ids stand for people.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from courses.models import AttendanceEvent, RegisterSeal

MARK = (
    "id", "session_id", "enrolment_id", "status", "happened_at", "recorded_at", "received_at", "by_id", "source",
    "device", "client_id", "basis", "skew", "was", "countersigned_by_id", "note",
)  # fmt: skip
MOMENTS = ("happened_at", "recorded_at", "received_at")
_quote = json.encoder.encode_basestring
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def digest(before: str, values: Iterable[Any]) -> str:
    """The digest of the values after the one before. Common values are written by hand, which is quicker."""
    words = [
        _quote(v) if v.__class__ is str else "null" if v is None else str(v) if v.__class__ is int else _encode(v)
        for v in values
    ]
    return hashlib.sha256(f"[{_quote(before)},{','.join(words)}]".encode()).hexdigest()


def moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def of_mark(event: AttendanceEvent) -> list[Any]:
    """The values of a mark. `basis` counts as the text that the database holds."""
    values = {name: getattr(event, name) for name in MARK}
    values |= {name: moment(values[name]) for name in MOMENTS}
    return list({**values, "basis": json.dumps(event.basis)}.values())


def mark_columns(vendor: str, table: str) -> list[str]:
    """The same values as SQL expressions, so that a million marks are read without making objects of them."""
    postgresql = vendor == "postgresql"
    columns = []
    for name in MARK:
        column = f"{table}.{name}"
        if name in MOMENTS and postgresql:
            column = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        elif name in MOMENTS:
            column = f"substr({column} || '.000000', 1, 26)"
        elif name == "basis" and postgresql:
            column = f"{column}::text"
        columns.append(column)
    return columns


def of_seal(seal: RegisterSeal, last_mark: str) -> list[Any]:
    """The values of a seal; `last_mark` is the digest of the last mark under it, empty if there is none."""
    outcome: Sequence[Sequence[Any]] = seal.outcome
    return [
        seal.run_id, seal.session_id, seal.number, str(seal.kind), str(seal.public_id), seal.events_count, last_mark,
        outcome, seal.head_count, seal.by_id, moment(seal.at),
    ]  # fmt: skip
