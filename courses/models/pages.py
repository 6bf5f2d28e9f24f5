"""The pages that editors write: the catalogue, its courses, their lessons."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import BodyBlock
from core.pages import IN_MENU, SitePage
from courses.enums import Category, Completion, LessonAccess, Mode, Requirement
from courses.page_forms import CourseCopyForm, CoursePageForm
from people.panels import ReadersPanel


class CourseIndexPage(SitePage):
    """The catalogue (课程中心)."""

    introduction = models.TextField(_("introduction"), blank=True, max_length=300)

    content_panels = [*SitePage.content_panels, FieldPanel("introduction"), ReadersPanel()]
    promote_panels = [*SitePage.promote_panels, IN_MENU]
    max_count = 1
    subpage_types = ["courses.ChannelPage", "courses.CoursePage"]

    class Meta:
        verbose_name = _("course catalogue")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find a course by its slug in whatever channel it hangs; channels stand beside the courses."""
        found = CoursePage.objects.descendant_of(self).filter(slug__in=path_components[:1]).first()
        return found.route(request, path_components[1:]) if found else super().route(request, path_components)


class ChannelPage(SitePage):
    """A channel (频道): the courses that one group of editors owns, and the landing page of their professions.

    It is a folder of the page tree, so that Wagtail's page permissions hold for what lies below it. The address of a
    course does not name its channel: /courses/<slug>/ stays when a course moves to other hands.
    """

    introduction = models.TextField(_("introduction"), blank=True, max_length=300)
    section = models.ForeignKey(
        "people.Unit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("section in charge"),
        help_text=_("Its head reviews what is written here. Without a section, every head of section may."),
    )  # fmt: skip
    professions = ParentalManyToManyField(
        "people.Profession", blank=True, related_name="channels", verbose_name=_("for professions"),
        help_text=_("Courses and notices for these professions are gathered on the page."),
    )  # fmt: skip

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("introduction", help_text=_("One or two sentences below the title.")),
        FieldPanel("professions", widget=forms.CheckboxSelectMultiple),
        FieldPanel("section"),
        ReadersPanel(),
    ]
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.CoursePage"]
    shares_address = True

    search_fields = [*SitePage.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """A course has one address, and it does not name the channel."""
        if path_components:
            raise Http404
        return super().route(request, path_components)


class CoursePage(SitePage):
    """A course (课程). Its runs are rows in the office's hands; its lessons are child pages."""

    code = models.CharField(_("course code"), max_length=20, db_index=True, help_text=_("For example XZ-01."))
    category = models.CharField(_("category"), max_length=20, choices=Category, db_index=True)
    requirement = models.CharField(_("compulsory or elective"), max_length=20, choices=Requirement)
    mode = models.CharField(_("form of teaching"), max_length=20, choices=Mode, default=Mode.ONSITE)
    hours = models.DecimalField(
        _("credit hours"), max_digits=5, decimal_places=1, default=2, validators=[MinValueValidator(0)],
        help_text=_("One credit hour is 45 minutes."),
    )  # fmt: skip
    has_exam = models.BooleanField(_("ends with an exam"), default=False)
    professions = ParentalManyToManyField(
        "people.Profession", blank=True, related_name="courses", verbose_name=_("for professions"),
        help_text=_("Leave empty if the course is for everybody."),
    )  # fmt: skip
    audience = models.CharField(_("whom it is for"), max_length=160, blank=True)
    summary = models.TextField(
        _("summary"), max_length=300, help_text=_("One or two sentences, shown in lists and in search results.")
    )
    objectives = models.TextField(_("what people learn"), blank=True, help_text=_("One point per line."))
    cover = models.ForeignKey(
        "core.Picture", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover picture")
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))
    prior_hours = models.PositiveSmallIntegerField(_("credit hours to be earned first"), default=0, blank=True)

    base_form_class = CoursePageForm
    copy_form_class = CourseCopyForm
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("objectives"),
        FieldPanel(
            "body", help_text=_("What the course is about. The lessons are pages of their own; add them afterwards.")
        ),
        FieldPanel("cover", help_text=_("Shown in lists. Without one a drawn pattern stands there.")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("code"), FieldPanel("category")]),
                FieldRowPanel([FieldPanel("requirement"), FieldPanel("mode")]),
                FieldRowPanel([FieldPanel("hours"), FieldPanel("has_exam")]),
            ],
            heading=_("Catalogue entry"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("professions", widget=forms.CheckboxSelectMultiple),
                FieldPanel("audience", help_text=_("In words, for example 新任人民调解员. It may stay empty.")),
            ],
            heading=_("For whom"),
        ),
        MultiFieldPanel(
            [
                InlinePanel("prerequisites", label=_("course to be completed first")),
                FieldPanel(
                    "prior_hours", help_text=_("Credit hours of classes completed in the same year. 0 asks for none.")
                ),
            ],
            heading=_("What must come first"),
        ),
        ReadersPanel(),
    ]
    parent_page_types = ["courses.CourseIndexPage", "courses.ChannelPage"]
    subpage_types = ["courses.LessonPage"]

    search_fields = [
        *SitePage.search_fields,
        index.SearchField("code"),
        index.SearchField("summary"),
        index.SearchField("audience"),
        index.SearchField("objectives"),
        index.SearchField("body"),
        index.FilterField("category"),
        index.FilterField("requirement"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    def clean(self) -> None:
        super().clean()
        self.prior_hours = self.prior_hours or 0  # left empty it asks for none
        twins = CoursePage.objects.exclude(pk=self.pk).filter(code=self.code)
        if self.code and twins.exists():
            raise ValidationError({"code": _("Another course has this code already.")})


class CoursePrerequisite(models.Model):
    """A course that must be completed before one may sign up for the page's course."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="+", verbose_name=_("course"))

    class Meta:
        verbose_name = _("course to be completed first")
        verbose_name_plural = _("courses to be completed first")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "course"], name="prerequisite_once", violation_error_message=_("Named twice.")
            ),
            models.CheckConstraint(
                condition=~models.Q(page=models.F("course")),
                name="prerequisite_of_another_course",
                violation_error_message=_("A course cannot come before itself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.course)


class LessonPage(SitePage):
    """One lesson (课时内容) of a course; the order of the page tree is the order of study."""

    summary = models.CharField(_("summary"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("planned minutes"), default=45)
    access = models.CharField(_("who may read it"), max_length=20, choices=LessonAccess, default=LessonAccess.ENROLLED)
    completion = models.CharField(
        _("what counts as studied"), max_length=20, choices=Completion, default=Completion.OPENED
    )
    forbid_skipping = models.BooleanField(
        _("no skipping ahead the first time"), default=False,
        help_text=_("Videos can be wound forward only as far as the learner has watched already."),
    )  # fmt: skip
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary", help_text=_("One sentence, shown in the list of lessons.")),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("minutes", help_text=_("How long one studies it; one credit hour is 45 minutes.")),
                FieldPanel(
                    "completion",
                    help_text=_("“Videos watched” needs at least one video in the text."),
                ),
                FieldPanel("forbid_skipping"),
            ],
            heading=_("Studying"),
        ),
        FieldPanel(
            "access",
            heading=_("How much of it is open"),
            help_text=_(
                "Among those who may read the page: everybody, whoever is signed in, or people of a class only."
            ),
        ),
        ReadersPanel(),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []

    search_fields = [*SitePage.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    @property
    def course(self) -> Any:
        return self.get_parent().specific

    @property
    def clips(self) -> list[str]:
        """Block ids of the videos and recordings, in order."""
        return self._blocks("video", "audio")

    @property
    def clips_to_watch(self) -> list[str]:
        """The films that have to be watched: the videos; where there are none, the recordings."""
        if self.completion != Completion.WATCHED:
            return []
        return self._blocks("video") or self._blocks("audio")

    @property
    def can_be_confirmed(self) -> bool:
        """True if the button is enough. A lesson to be watched without anything to watch counts as one to be read."""
        return not self.clips_to_watch

    def is_studied(self, progress: Any) -> bool:
        """Whether that progress is enough, as the editor chose. A lesson to be confirmed waits for the button."""
        if self.completion == Completion.CONFIRMED:
            return False
        if watch := self.clips_to_watch:
            return bool(progress.has_watched(watch, in_order=self.forbid_skipping))
        return bool(progress.reached == 100)

    def _blocks(self, *kinds: str) -> list[str]:
        return [str(block["id"]) for block in self.body.raw_data if block["type"] in kinds]
