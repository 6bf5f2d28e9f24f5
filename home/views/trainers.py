"""The trainers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.pages import serves
from courses.presenters.runs import views_of
from courses.selectors.lessons import path_to
from home.models import TrainerIndexPage, TrainerPage
from home.selectors.trainers import courses_taught, runs_taught, trainers

PER_PAGE = 24


@serves(TrainerIndexPage)
def trainer_index(request: HttpRequest, page: TrainerIndexPage) -> HttpResponse:
    page_obj = Paginator(trainers(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/trainer_index_page.html", {"page": page, "page_obj": page_obj})


@serves(TrainerPage)
def trainer(request: HttpRequest, page: TrainerPage) -> HttpResponse:
    at = timezone.now()
    context = {
        "page": page,
        "crumbs": path_to(page) if page.depth else [],
        "runs": views_of(runs_taught(page, at, request.user), request.user, at) if page.person_id else [],
        "courses": courses_taught(page, request.user) if page.person_id else [],
    }
    return render(request, "home/trainer_page.html", context)
