"""Who looks after the confirmations of notices. Whose confirmations they see follows from whose people they see."""

from __future__ import annotations

from typing import Any

SEE_CONFIRMATIONS = "home.view_noticereceipt"
REMIND = "home.add_noticereminder"


def may_see_confirmations(user: Any) -> bool:
    """True if the person may see who has confirmed a notice; the rows are those of the people in scope."""
    return bool(user.has_perm(SEE_CONFIRMATIONS) and user.has_perm("people.view_user"))


def may_remind(user: Any) -> bool:
    return may_see_confirmations(user) and user.has_perm(REMIND)
