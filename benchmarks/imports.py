"""Importing a roster: our engine, from the rows of a sheet to people in the database, against a bare bulk insert."""

import time

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from benchmarks.report import Figure
from core.tables.writing import Field, write_xlsx
from people.enums import ImportStatus
from people.models import ImportBatch, ImportFile, Membership, Profession, Unit, User
from people.services.imports.deciding import confirm, write
from people.services.imports.reading import prepare
from tests.factories import ProfessionFactory, UnitFactory, UserFactory

PEOPLE, UNITS, ROUNDS = 5_000, 40, 3
SECONDS = 30.0  # quality list: five thousand people in under half a minute
HEADINGS = ("序号", "姓名", "单位", "职务/职称", "人员类别", "工号", "手机", "入职(执业)日期")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"


def measure() -> list[Figure]:
    """Alternate both ways, so that a slow minute of the machine hits both; take the best round of each."""
    units, profession = [UnitFactory() for _ in range(UNITS)], ProfessionFactory()
    office = UserFactory(superuser=True, unit=None)
    ours, bare = [], []
    for number in range(ROUNDS):
        ours.append(_rate(lambda tag: _ours(tag, units, profession, office), f"A{number}"))
        bare.append(_rate(lambda tag: _bare(tag, units, profession), f"B{number}"))
    return [
        Figure("writing an import", max(ours)[0], "bare bulk insert", max(bare)[0], "rows/s", 0.3),
        Figure("whole import", min(whole for _, whole in ours), "half a minute", SECONDS, "s", 1.0, is_cost=True),
    ]


def _rate(run, tag: str) -> tuple[float, float]:
    """Return (rows a second of the writing, seconds of everything); the people are removed again."""
    started = time.perf_counter()
    writing = run(tag)
    whole = time.perf_counter() - started
    made = User.objects.filter(work_number__startswith=tag)
    assert made.count() == PEOPLE
    ImportBatch.objects.all().delete()
    Membership.objects.filter(person__in=made).delete()
    User.professions.through.objects.filter(user__in=made).delete()
    made._raw_delete(made.db)  # noqa: SLF001 - not what is measured
    return PEOPLE / writing, whole


def _row(tag: str, number: int, units: list[Unit], profession: Profession) -> list[object]:
    name = SURNAMES[number % 16] + GIVEN[number // 16 % 23] + GIVEN[number // 368 % 23]
    phone = f"138{number:08}"
    return [
        number,
        name,
        units[number % UNITS].short_name,
        "科员",
        profession.name,
        f"{tag}{number:05}",
        phone,
        "2015.7.1",
    ]


def _ours(tag: str, units: list[Unit], profession: Profession, office: User) -> float:
    rows = (_row(tag, number, units, profession) for number in range(1, PEOPLE + 1))
    body = write_xlsx(title="花名册", fields=[Field(heading) for heading in HEADINGS], rows=rows)
    batch = ImportBatch.objects.create(kind="people", file_name="roster.xlsx", by=office)
    ImportFile.objects.create(batch=batch, content=SimpleUploadedFile("roster.xlsx", body).read())
    prepare(batch.pk)
    batch = confirm(batch=batch, by=office)
    started = time.perf_counter()
    write(batch.pk)
    took = time.perf_counter() - started
    batch.refresh_from_db()
    assert (batch.status, batch.counts) == (ImportStatus.DONE, {"new": PEOPLE})
    return took


@transaction.atomic
def _bare(tag: str, units: list[Unit], profession: Profession) -> float:
    rows = [_row(tag, number, units, profession) for number in range(1, PEOPLE + 1)]
    started = time.perf_counter()
    people = [
        User(
            username=row[5], work_number=row[5], name=row[1], title=row[3], phone=row[6], joined_on="2015-07-01",
            password=make_password(None),
        )
        for row in rows
    ]  # fmt: skip
    for person in people:
        person.fill_reading()
    User.objects.bulk_create(people, batch_size=500)
    today = timezone.localdate()
    Membership.objects.bulk_create(
        [Membership(person=person, unit=units[n % UNITS], start=today) for n, person in enumerate(people, 1)], 500
    )
    link = User.professions.through
    link.objects.bulk_create([link(user=person, profession=profession) for person in people], 500)
    return time.perf_counter() - started
