"""Whose the pages in the review are to see."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy

from courses.models import SecrecyReview, SectionReview

WRITE = {"add", "change", "publish"}


class ReviewPolicy(ModelPermissionPolicy):
    """Pages of the own part of the tree, pages that one has submitted, pages that wait on oneself."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action != "view" or not user.is_active:
            return False
        return page_permission_policy.user_has_any_permission(user, WRITE) or takes_steps(user)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[WorkflowState]:
        states = WorkflowState.objects.filter(base_content_type=ContentType.objects.get_for_model(Page))
        if user.is_superuser:
            return states
        own = page_permission_policy.instances_user_has_any_permission_for(user, WRITE)
        keys = own.annotate(key=Cast("pk", CharField())).values("key")
        mine = TaskState.objects.reviewable_by(user).values("workflow_state")
        return states.filter(Q(object_id__in=keys) | Q(requested_by=user.pk) | Q(pk__in=mine))


def takes_steps(user: Any) -> bool:
    """True if the person belongs to a group that a step of the review asks."""
    groups = user.groups.values("pk")
    return any(step.objects.filter(active=True, groups__in=groups).exists() for step in (SectionReview, SecrecyReview))
