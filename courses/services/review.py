"""The review before publishing: 编辑 → 股室负责人 → 保密审查 → 发布, as a workflow of Wagtail's for the whole site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import GroupApprovalTask, Site, Task, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from courses.models import SecrecyReview, SectionReview
from people.roles import BY_CODE

WORKFLOW = "发布审查"
STEPS = ((SectionReview, "股室负责人审核", "section_head"), (SecrecyReview, "保密审查", "reviewer"))
STOCK = "Moderators approval"


@transaction.atomic
def build_workflow() -> list[str]:
    """Make the workflow with its steps and assign it to the site; return what was made. Safe to repeat.

    Wagtail's own first workflow gives way: it is deleted, or only switched off if pages went through it. A site whose
    administrators have assigned another workflow to its home page keeps it.
    """
    _remove_stock()
    workflow, is_new = _workflow()
    return [workflow.name] if _assign(workflow) or is_new else []


def _workflow() -> tuple[Workflow, bool]:
    last = SecrecyReview.objects.filter(workflow_tasks__isnull=False).first()
    if last:
        return last.workflows.first(), False
    workflow = Workflow.objects.create(name=WORKFLOW)
    for position, (step, name, role) in enumerate(STEPS):
        task = step.objects.create(name=name)
        task.groups.set(Group.objects.filter(name=BY_CODE[role].name))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=position)
    return workflow, True


def _assign(workflow: Workflow) -> bool:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or WorkflowPage.objects.filter(page=site.root_page).exists():
        return False
    WorkflowPage.objects.create(page=site.root_page, workflow=workflow)
    return True


def _remove_stock() -> None:
    workflow = Workflow.objects.filter(name=STOCK, active=True).first()
    task = GroupApprovalTask.objects.filter(name=STOCK, active=True).first()
    used = workflow is not None and WorkflowState.objects.filter(workflow=workflow).exists()
    for row in filter(None, (workflow, task)):
        _retire(row) if used else row.delete()


def _retire(row: Workflow | Task) -> Any:
    return row.deactivate()
