"""Finding a person by name, pinyin or work number, then choosing one: works without scripts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from courses.backoffice.run_form import person_label
from people.models import User
from people.selectors.people import matching

MATCHES = 30


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return " ".join(part for part in (person_label(person), person.work_number) if part)


class FindsPeople:
    """For a view whose form has a field `person`: what was typed into `q`, and who is found."""

    request: Any
    #: Whether everybody in reach is offered before anything is typed.
    shows_everybody = False

    @property
    def search_text(self) -> str:
        return (self.request.GET.get("q") or self.request.POST.get("q") or "").strip()[:60]

    def found(self, people: Any) -> QuerySet[User]:
        """Those of the people who match; on a POST the choice is checked against all of them."""
        if self.request.method == "POST" and self.request.POST.get("person", "").isdecimal():
            return people.filter(pk=self.request.POST["person"])  # type: ignore[no-any-return]
        if not self.search_text and not self.shows_everybody:
            return people.none()  # type: ignore[no-any-return]
        pks = matching(people, self.search_text).order_by("pinyin", "pk").values_list("pk", flat=True)[:MATCHES]
        return people.filter(pk__in=list(pks))  # type: ignore[no-any-return]
