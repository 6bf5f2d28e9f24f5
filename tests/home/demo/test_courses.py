"""What the columns of courses.csv mean."""

import pytest

from home.demo.courses import professions

BUREAU, MEDIATOR, LAWYER = "bureau_staff", "peoples_mediator", "lawyer"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("全员", set()),
        ("局机关、司法所", {BUREAU}),
        ("调解、公证、律师、基层法律服务", {MEDIATOR, "notary", LAWYER, "grassroots_legal_worker"}),
        ("新任调解员", {MEDIATOR}),
        ("持证执法人员", {"enforcement_certificate_holder"}),
        ("党员干部、普法", {BUREAU, "legal_publicity_worker"}),
        ("律师、法援", {LAWYER, "legal_aid_personnel"}),
        ("公证员及助理", {"notary"}),
        ("社区矫正、司法所", {BUREAU}),
    ],
)
def test_professions(target: str, expected: set[str]) -> None:
    assert professions(target) == expected
