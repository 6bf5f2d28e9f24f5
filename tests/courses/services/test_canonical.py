"""The form that is hashed never changes: every seal that was ever made depends on it."""

import datetime
import hashlib
import json
import uuid

import pytest

from courses.models import AttendanceEvent, RegisterSeal
from courses.services import canonical

NINE = datetime.datetime(2026, 11, 28, 9, 0, 0, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
MARK = {
    "id": 7, "session_id": 3, "enrolment_id": 11, "status": "late", "happened_at": NINE, "recorded_at": NINE,
    "received_at": NINE, "by_id": 2, "source": "correction", "device": "d", "client_id": "c-1", "basis": ["a", "b"],
    "skew": -3, "was": "absent", "countersigned_by_id": 5, "note": "堵车 “半路” \\ \"",
}  # fmt: skip


def test_a_mark_has_this_digest_for_ever():
    values = canonical.of_mark(AttendanceEvent(**MARK))
    assert values[4:7] == ["2026-11-28 01:00:00.000005"] * 3
    assert values[11] == '["a", "b"]'
    assert canonical.digest("", values) == "c9158aac0a5abdc9a25000773b491a232ba9a78bddb2dcbbfd3baf7ae5171b0f"


def test_a_seal_has_this_digest_for_ever():
    seal = RegisterSeal(
        run_id=1, session_id=3, number=2, kind="closing", public_id=uuid.UUID(int=7), events_count=1,
        outcome=[[11, "late", 5, 0, 115]], head_count=None, by_id=2, at=NINE,
    )  # fmt: skip
    assert (
        canonical.digest("a" * 64, canonical.of_seal(seal, "b" * 64))
        == "2f6e773a199b0624f947786d9f1cbef0b8d9b5f90a1e71be1698a784dcd6ce48"
    )


@pytest.mark.parametrize(
    "values", [[1, None, "x"], ['"', "\\", "\n\x1f\x7f", "你好😀"], [[1, ["a"]], True, -5, 1.5, ""]]
)
def test_the_form_is_json(values):
    text = json.dumps(["before", *values], separators=(",", ":"), ensure_ascii=False)
    assert canonical.digest("before", values) == hashlib.sha256(text.encode()).hexdigest()


def test_values_cannot_slip_into_each_other():
    assert canonical.digest("", ["a", "b"]) != canonical.digest("", ['a","b'])
    assert canonical.digest("", ["1"]) != canonical.digest("", [1])
