"""Finding people."""

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace

from people.models import User


def matching(people: QuerySet[User], text: str) -> QuerySet[User]:
    """Return those whose name, pinyin (with or without the blank), initials, work number or user name match."""
    wanted = text.strip()
    solid = "".join(wanted.split()).lower()
    if not solid:
        return people
    solid_pinyin = Replace(F("pinyin"), Value(" "), Value(""))
    return people.annotate(solid_pinyin=solid_pinyin).filter(
        Q(name__icontains=wanted)
        | Q(solid_pinyin__contains=solid)
        | Q(initials__startswith=solid)
        | Q(work_number__icontains=wanted)
        | Q(username__icontains=wanted)
    )
