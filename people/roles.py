"""Who may do what: the one table of roles. `sync_roles` makes the groups equal to it; `docs/rules/roles.md` shows it.

The office and the law firms read the names in Chinese, so the group names are Chinese. A role of scope "all" sees the
rows of every unit; a role of scope "unit" sees those of its holder's unit and of the units below it. Trainers and
class supervisors need no permission of their own: the session or the class names them, and that is what counts.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEE_ALL_UNITS = "people.see_all_units"
APPOINT = "people.appoint_people"

ADMIN_ACCESS = ("wagtailadmin.access_admin",)
SEE_PEOPLE = ("people.view_user", "people.view_unit", "people.view_profession")
SEE_TRAINING = (
    "courses.view_courserun",
    "courses.view_classsession",
    "courses.view_enrolment",
    "courses.view_enrolmentevent",
    "courses.view_attendancerecord",
    "courses.view_attendanceevent",
    "courses.view_nomination",
)
SEE_OUTBOX = ("messaging.view_delivery",)
SEND_AGAIN = ("messaging.change_delivery",)
SIGN_LISTS = "courses.sign_nomination"
SEE_CONFIRMATIONS = ("home.view_noticereceipt",)
REMIND = ("home.add_noticereminder",)
CITE_STATUTES = ("core.view_statuteversion",)
KEEP_STATUTES = (*CITE_STATUTES, "core.view_statute", "core.add_statute", "core.change_statute")
SEE_LOGS = ("wagtailcore.view_modellogentry", "wagtailcore.view_pagelogentry")

# Nobody who writes publishes: pages go public at the end of the review (docs/rules/publishing.md).
WRITE_PAGES = ("add_page", "change_page", "lock_page")
CLEAR_PAGES = ("change_page", "publish_page", "lock_page", "unlock_page")
USE_MEDIA = ("wagtailimages.choose_image", "wagtaildocs.choose_document")
CORRECT_MEDIA = ("wagtailimages.change_image", "wagtaildocs.change_document")
ADD_MEDIA = ("wagtailimages.add_image", "wagtaildocs.add_document")
PROMOTE = tuple(f"wagtailsearchpromotions.{verb}_searchpromotion" for verb in ("add", "change", "delete"))
KEEP_MEDIA = (*ADD_MEDIA, *CORRECT_MEDIA, *USE_MEDIA)
KEEP_CALENDAR = tuple(f"core.{verb}_calendarday" for verb in ("view", "add", "change", "delete"))
CHANNEL_EDITOR = "channel_editor"


@dataclass(frozen=True)
class Role:
    """One role. `permissions` are "app.codename"; `pages` hold for the whole site, `media` for every collection."""

    code: str
    name: str
    name_en: str
    sentence: Promise
    scope: Literal["unit", "all"] = "unit"
    permissions: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    media: tuple[str, ...] = ()

    @property
    def all_permissions(self) -> frozenset[str]:
        """The permissions of the group, with the one that the scope implies."""
        return frozenset(self.permissions + ((SEE_ALL_UNITS,) if self.scope == "all" else ()))


ROLES = (
    Role("learner", "学员", "learner", _("Signs up, reads, checks in; sees the own training only.")),
    Role("trainer", "授课教师", "trainer", _("Keeps the register of the sessions that name the person as trainer.")),
    Role("supervisor", "班主任", "class supervisor", _("Keeps the registers of the classes in the person's care.")),
    Role(
        "editor",
        "编辑",
        "editor",
        _("Writes and submits pages of every channel, keeps materials and the register of statutes, opens classes."),
        permissions=(
            *ADMIN_ACCESS,
            *PROMOTE,
            *KEEP_STATUTES,
            "courses.view_courserun",
            "courses.add_courserun",
            "courses.change_courserun",
        ),
        pages=WRITE_PAGES,
        media=KEEP_MEDIA,
    ),
    Role(
        CHANNEL_EDITOR,
        "频道编辑",
        "channel editor",
        _("Writes and submits the pages of the channels whose groups the person is in, and sees no other drafts."),
        permissions=(*ADMIN_ACCESS, *CITE_STATUTES),
    ),
    Role(
        "reviewer",
        "保密审查员",
        "confidentiality reviewer",
        _("Clears every page before it goes public, corrects it, takes it down; keeps the list of words."),
        permissions=(*ADMIN_ACCESS, "core.change_secrecywords", *CITE_STATUTES),
        pages=CLEAR_PAGES,
        media=(*CORRECT_MEDIA, *USE_MEDIA),
    ),
    Role(
        "section_head",
        "股室负责人",
        "head of section",
        _("Reviews the pages of the own section's channels, sees its people and their training, signs off its lists."),
        permissions=(*ADMIN_ACCESS, *SEE_PEOPLE, *SEE_TRAINING, *SEE_CONFIRMATIONS, *CITE_STATUTES, SIGN_LISTS),
    ),
    Role(
        "office",
        "政工室（培训主管）",
        "training office",
        _("Plans classes, admits people, keeps registers, reminds of notices, maintains people and their units."),
        scope="all",
        permissions=(
            *ADMIN_ACCESS,
            *SEE_PEOPLE,
            "people.add_user",
            "people.change_user",
            *SEE_TRAINING,
            "courses.add_courserun",
            "courses.change_courserun",
            "courses.delete_courserun",
            "courses.add_classsession",
            "courses.change_classsession",
            "courses.delete_classsession",
            "courses.manage_enrolments",
            "courses.change_attendancerules",
            "home.change_sitedetails",
            *PROMOTE,
            *SEE_CONFIRMATIONS,
            *REMIND,
            *SEE_OUTBOX,
            *SEND_AGAIN,
            *KEEP_STATUTES,
            "core.delete_statute",
            *KEEP_CALENDAR,
        ),
        pages=WRITE_PAGES,
        media=KEEP_MEDIA,
    ),
    Role(
        "clerk",
        "单位联络员",
        "unit clerk",
        _("Sees the people of the own unit and of the units below it, and their training; nominates and reminds them."),
        permissions=(
            *ADMIN_ACCESS,
            *SEE_PEOPLE,
            *SEE_TRAINING,
            *SEE_CONFIRMATIONS,
            *REMIND,
            *SEE_OUTBOX,
            "courses.nominate",
        ),
    ),
    Role(
        "unit_head",
        "单位负责人",
        "head of unit",
        _("Sees the people of the own unit and of the units below it, and their training; signs off its lists."),
        permissions=(*ADMIN_ACCESS, *SEE_PEOPLE, *SEE_TRAINING, *SEE_CONFIRMATIONS, SIGN_LISTS),
    ),
    Role(
        "leader",
        "局领导",
        "bureau leader",
        _("Sees people and training of every unit; changes nothing."),
        scope="all",
        permissions=(*ADMIN_ACCESS, *SEE_PEOPLE, *SEE_TRAINING, *SEE_CONFIRMATIONS),
    ),
    Role(
        "auditor",
        "安全审计员",
        "security auditor",
        _("Reads the site history, people, roles and training of every unit; changes nothing."),
        scope="all",
        permissions=(
            *ADMIN_ACCESS,
            *SEE_PEOPLE,
            *SEE_TRAINING,
            *SEE_CONFIRMATIONS,
            *SEE_OUTBOX,
            *SEE_LOGS,
            "auth.view_group",
        ),
    ),
    Role(
        "admin",
        "系统管理员",
        "system administrator",
        _("Manages accounts, roles, units and settings; sees no enrolment and no attendance."),
        scope="all",
        permissions=(
            *ADMIN_ACCESS,
            "people.view_user",
            "people.add_user",
            "people.change_user",
            APPOINT,
            "people.view_unit",
            "people.add_unit",
            "people.change_unit",
            "people.delete_unit",
            "people.view_profession",
            "people.add_profession",
            "people.change_profession",
            "people.delete_profession",
            "auth.view_group",
            "home.change_sitedetails",
            "courses.change_attendancerules",
            "wagtailcore.change_site",
            "wagtailredirects.add_redirect",
            "wagtailredirects.change_redirect",
            "wagtailredirects.delete_redirect",
            *KEEP_CALENDAR,
        ),
        media=("wagtailcore.add_collection", "wagtailcore.change_collection", "wagtailcore.delete_collection"),
    ),
)

# Who decides on the lists of units appoints those who draw them up and sign them off, without taking these steps.
APPOINTS_FOR = {"courses.manage_enrolments": frozenset({"courses.nominate", SIGN_LISTS})}
BY_CODE = {role.code: role for role in ROLES}
