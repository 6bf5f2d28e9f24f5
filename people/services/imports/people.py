"""Writing a roster, and taking it back: bulk statements, whatever the number of people."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.search.models import IndexEntry

from core import audit
from people.enums import RowResult
from people.errors import RowChangedSince, RowUsedSince
from people.models import ImportBatch, ImportRow, Membership, User
from people.pinyin import name_pinyin
from people.selectors.roster import Roster, load_roster
from people.services.imports.reading import save_rows
from people.services.imports.uses import first_use
from people.signals import people_imported

AT_A_TIME = 500
OWN = ("title", "work_number", "licence_number", "phone", "joined_on")  # fields of the account itself
ONE_DAY = datetime.timedelta(days=1)


def write(rows: Sequence[ImportRow], facts: Roster, by: User) -> None:
    """Make and change the people of these rows; note in each what undoing needs."""
    fresh = [row for row in rows if row.result == RowResult.NEW]
    changed = [row for row in rows if row.result == RowResult.CHANGED]
    made = _create(fresh, facts, by)
    _change(changed, facts, by)
    people_imported.send(sender=User, pks=[person.pk for person in made] + [_key(row) for row in changed])
    _note(rows, facts, by)


def _key(row: ImportRow) -> int:
    """The person whom a row is about; rows that are written have one."""
    return row.person_id or 0


# New people


def _create(rows: Sequence[ImportRow], facts: Roster, by: User) -> list[User]:
    names = usernames(rows, {person.username.lower() for person in facts.people.values()})
    made = User.objects.bulk_create(
        [_account(row.values, name) for row, name in zip(rows, names, strict=True)], batch_size=AT_A_TIME
    )
    for row, person in zip(rows, made, strict=True):
        row.person = person
    Membership.objects.bulk_create(
        [Membership(person_id=_key(row), unit_id=row.values["unit"], start=facts.today) for row in rows],
        batch_size=AT_A_TIME,
    )
    _give_professions(_given(rows))
    audit.record_many("wagtail.create", ((person, {}) for person in made), by=by)
    return made


def _account(values: dict[str, Any], username: str) -> User:
    person = User(
        username=username,
        name=values["name"],
        password=make_password(None),  # nobody signs in before the office has set a password
        **{name: values.get(name) or "" for name in OWN if name != "joined_on"},
        joined_on=_day(values.get("joined_on")),
    )
    person.fill_reading()
    return person


def usernames(rows: Sequence[ImportRow], taken: set[str]) -> Iterator[str]:
    """The work number, else the licence number, else the reading of the name, counted up where it is taken."""
    for row in rows:
        values = row.values
        wanted = values.get("work_number") or values.get("licence_number") or name_pinyin(values["name"])
        wanted = "".join(wanted.split())[:100] or "person"
        names = (wanted if number == 1 else f"{wanted}{number}" for number in count(1))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        yield name


def _given(rows: Sequence[ImportRow]) -> list[tuple[int, Sequence[int]]]:
    return [(_key(row), row.values.get("professions") or ()) for row in rows]


def _give_professions(held: Sequence[tuple[int, Sequence[int]]]) -> None:
    link = User.professions.through
    link.objects.bulk_create(
        [link(user_id=person, profession_id=pk) for person, professions in held for pk in professions],
        batch_size=AT_A_TIME,
    )


# People who were there


def _change(rows: Sequence[ImportRow], facts: Roster, by: User) -> None:
    touched = {row.pk: {change["field"] for change in row.changes} for row in rows}
    _change_accounts([row for row in rows if touched[row.pk] & set(OWN)], touched)
    held = [row for row in rows if "professions" in touched[row.pk]]
    _take_professions([_key(row) for row in held])
    _give_professions(_given(held))
    moved = [row for row in rows if "unit" in touched[row.pk]]
    moves = _move({_key(row): row.values["unit"] for row in moved}, facts)
    for row in moved:
        row.undo["move"] = moves[_key(row)]
    people = {person.pk: person for person in _people([_key(row) for row in rows])}
    audit.record_many("wagtail.edit", ((people[_key(row)], {"fields": sorted(touched[row.pk])}) for row in rows), by=by)
    audit.record_many(
        "people.assign_unit",
        (
            (people[_key(row)], {"unit": facts.units[row.values["unit"]].name, "start": facts.today.isoformat()})
            for row in moved
        ),
        by=by,
    )


def _people(pks: Sequence[int]) -> Iterator[User]:
    for part in _parts(pks):
        yield from User.objects.select_for_update().filter(pk__in=part).order_by("pk")


def _change_accounts(rows: Sequence[ImportRow], touched: dict[int, set[str]]) -> None:
    wanted = {_key(row): (row.values, touched[row.pk]) for row in rows}
    people = list(_people(list(wanted)))
    for person in people:
        values, fields = wanted[person.pk]
        for name in fields & set(OWN):
            setattr(person, name, _day(values[name]) if name == "joined_on" else values[name])
    User.objects.bulk_update(people, OWN, batch_size=100)


def _take_professions(pks: Sequence[int]) -> None:
    link = User.professions.through
    for part in _parts(pks):
        link.objects.filter(user_id__in=part).delete()


def _move(units: dict[int, int], facts: Roster) -> dict[int, dict[str, Any]]:
    """Everybody belongs to the new unit from today on; the present membership ended yesterday.

    Return for each person what undoing needs: the new membership, the former one, and the end that it had.
    """
    former: dict[int, Membership] = {}
    for part in _parts(list(units)):
        former |= {one.person_id: one for one in Membership.objects.current(facts.today).filter(person_id__in=part)}
    ends = {person: one.end.isoformat() if one.end else None for person, one in former.items()}
    for one in former.values():
        one.end = facts.today - ONE_DAY
    Membership.objects.bulk_update(former.values(), ["end"], batch_size=100)
    made = Membership.objects.bulk_create(
        [Membership(person_id=person, unit_id=unit, start=facts.today) for person, unit in units.items()],
        batch_size=AT_A_TIME,
    )
    return {
        one.person_id: {
            "made": one.pk,
            "former": former[one.person_id].pk if one.person_id in former else None,
            "end": ends.get(one.person_id),
        }
        for one in made
    }


def _parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + AT_A_TIME] for start in range(0, len(pks), AT_A_TIME))


def _day(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


# What undoing needs


def _note(rows: Sequence[ImportRow], before: Roster, by: User) -> None:
    after = load_roster(by).people
    for row in rows:
        known = before.people.get(_key(row))
        row.undo |= {"before": known.snapshot() if known else None, "after": after[_key(row)].snapshot()}
    save_rows(rows, ["person", "undo"])


# Taking it back


def undo(batch: ImportBatch, rows: Sequence[ImportRow], facts: Roster, by: User) -> None:
    """Restore what the rows changed and remove whom they made. Raises RowChangedSince, RowUsedSince."""
    _refuse_changed(rows, facts)
    fresh = [row for row in rows if row.result == RowResult.NEW]
    made = User.objects.filter(pk__in=batch.rows.filter(result=RowResult.NEW).values("person"))
    if used := used_since(made):
        raise RowUsedSince(str(RowUsedSince.message) + " " + used)
    changed = [row for row in rows if row.result == RowResult.CHANGED]
    _restore(changed, by)
    _remove([_key(row) for row in fresh], by)
    people_imported.send(sender=User, pks=[_key(row) for row in changed])


def _refuse_changed(rows: Sequence[ImportRow], facts: Roster) -> None:
    for row in rows:
        person = facts.people.get(_key(row))
        if person is None or not person.is_open or person.snapshot() != row.undo["after"]:
            where = f"{row.number}: {row.values['name']}"
            raise RowChangedSince(f"{RowChangedSince.message} ({where})")


def used_since(made: QuerySet[User]) -> str:
    """Return the name of somebody among the new people who has signed in, has a role or stands in another record."""
    acted = Q(last_login__isnull=False) | Q(groups__isnull=False) | Q(user_permissions__isnull=False)
    if person := made.filter(acted).first():
        return person.name
    used = first_use(User, made, _OWN_ROWS)
    return made.get(pk=used).name if used is not None else ""


_OWN_ROWS: set[type[Any]] = {
    Membership,
    ImportRow,
    User.professions.through,
    User.groups.through,
    User.user_permissions.through,
}


def _restore(rows: Sequence[ImportRow], by: User) -> None:
    before = {_key(row): row.undo["before"] for row in rows}
    people = list(_people(list(before)))
    for person in people:
        for name in OWN:
            setattr(person, name, _stored(name, before[person.pk][name]))
    User.objects.bulk_update(people, OWN, batch_size=100)
    held = [row for row in rows if any(change["field"] == "professions" for change in row.changes)]
    _take_professions([_key(row) for row in held])
    _give_professions([(_key(row), before[_key(row)]["professions"]) for row in held])
    _move_back([row.undo["move"] for row in rows if "move" in row.undo])
    audit.record_many("wagtail.edit", ((person, {"undone": True}) for person in people), by=by)


def _stored(name: str, value: Any) -> Any:
    """A value of a snapshot as the account holds it."""
    if name == "joined_on":
        return _day(value)
    return value or None if name == "work_number" else value


def _move_back(moves: Sequence[dict[str, Any]]) -> None:
    """The memberships of the import go, and those before are as open as they were."""
    ends = {move["former"]: move["end"] for move in moves if move["former"]}
    for part in _parts([move["made"] for move in moves]):
        Membership.objects.filter(pk__in=part).delete()
    for part in _parts(list(ends)):
        former = list(Membership.objects.filter(pk__in=part))
        for one in former:
            one.end = _day(ends[one.pk])
        Membership.objects.bulk_update(former, ["end"], batch_size=100)


def _remove(pks: Sequence[int], by: User) -> None:
    """Remove people whom nothing names, as `used_since` has made sure: plain statements, no cascade to follow."""
    user_type = ContentType.objects.get_for_model(User)
    for part in _parts(pks):
        people = list(User.objects.filter(pk__in=part))
        audit.record_many("wagtail.delete", ((person, {}) for person in people), by=by)
        Membership.objects.filter(person__in=part).delete()
        _take_professions(part)
        ImportRow.objects.filter(person__in=part).update(person=None)
        entries = IndexEntry.objects.filter(content_type=user_type, object_id__in=[str(pk) for pk in part])
        for rows in (entries, User.objects.filter(pk__in=part)):
            rows._raw_delete(rows.db)  # noqa: SLF001 - thousands of signals would each ask the search index
