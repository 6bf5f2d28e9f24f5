"""The two steps between the editor and the public: the head of the section, then the confidentiality reviewer.

Wagtail's own approval task lets every member of its groups act on every page. Here nobody approves what he submitted
himself, and a head acts for the channels of the own section.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState

from core.secrecy import confirm, require_confirmed, unconfirmed
from courses.models.pages import ChannelPage
from people.models import Unit


class ReviewStep(AbstractGroupApprovalTask):
    """What both steps share; abstract."""

    class Meta:
        abstract = True

    def start(self, workflow_state: Any, user: Any = None) -> TaskState:
        """Begin the step; nothing is submitted, by whatever door, before the secrecy check has its answer."""
        require_confirmed(workflow_state.content_object.get_latest_revision_as_object())
        return super().start(workflow_state, user=user)

    def may_act(self, obj: Any, user: Any) -> bool:
        """True if the step on that page is the person's to take."""
        return user.is_superuser or (self._user_in_groups(user) and not self._is_own(obj, user))

    def _is_own(self, obj: Any, user: Any) -> bool:
        state = obj.current_workflow_state
        return bool(state and state.requested_by_id == user.pk)

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self.may_act(obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return not self.may_act(obj, user)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return self.may_act(obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not self.may_act(obj, user):
            return []
        return [("reject", _("Return for changes"), True), ("approve", _("Approve"), True)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        return waiting if user.is_superuser else waiting.exclude(workflow_state__requested_by=user.pk)

    @classmethod
    def get_description(cls) -> Any:
        return cls.description


class SectionReview(ReviewStep):
    """股室负责人审核: is it right, and is it ours to say?"""

    description = _("The head of the section in charge of the channel; nobody approves his own pages.")

    class Meta:
        verbose_name = _("review by the head of section")
        verbose_name_plural = _("reviews by heads of section")

    def may_act(self, obj: Any, user: Any) -> bool:
        return super().may_act(obj, user) and (user.is_superuser or not _is_elsewhere(obj, user))

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        if user.is_superuser:
            return waiting
        closed = Page.objects.none()
        for channel in _channels_elsewhere(user):
            closed |= Page.objects.descendant_of(channel, inclusive=True)
        pages = closed.annotate(key=Cast("pk", CharField())).values("key")
        return waiting.exclude(workflow_state__object_id__in=pages)


class SecrecyReview(ReviewStep):
    """保密审查: does it hold anything that must not be on the site?"""

    description = _("Confidentiality review of each page before it goes public; nobody approves his own pages.")

    class Meta:
        verbose_name = _("confidentiality review")
        verbose_name_plural = _("confidentiality reviews")

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Approve only with the reviewer's tick; the form asks for it, other doors must bring it too."""
        cleared = kwargs.pop("cleared", False)
        if action_name == "approve":
            if not cleared:
                raise PermissionDenied
            self._answer(task_state, user)
        super().on_action(task_state, user, action_name, **kwargs)

    def _answer(self, task_state: TaskState, user: Any) -> None:
        """Words that came to light after the submission, such as the text of a file, are the reviewer's to answer."""
        page = task_state.workflow_state.content_object.get_latest_revision_as_object()
        found = unconfirmed(page)
        if found:
            confirm(page=page, found=found, by=user)

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ClearanceForm if action == "approve" else super().get_form_for_action(action)


class ClearanceForm(TaskStateCommentForm):
    """The reviewer signs with a tick."""

    cleared = forms.BooleanField(
        label=_("I have read it item by item: it holds no state secret and no work secret and may be made public.")
    )


def _is_elsewhere(page: Any, user: Any) -> bool:
    """True if the page hangs in a channel of a section that is not the person's."""
    return any(page.path.startswith(channel.path) for channel in _channels_elsewhere(user))


def _channels_elsewhere(user: Any) -> list[ChannelPage]:
    """Channels of other sections. Asked once for each user object."""
    if not hasattr(user, "channels_elsewhere"):
        own = Unit.objects.with_descendants([user.unit.pk]) if user.unit else set()
        channels = ChannelPage.objects.exclude(section=None).exclude(section__in=own)
        user.channels_elsewhere = list(channels.only("path"))
    return user.channels_elsewhere  # type: ignore[no-any-return]
