"""The read API: what a visitor may read, for programs. `/api/` says how; docs/rules/api.md says why so."""

from home.views.api.index import index, missing, root
from home.views.api.service import urls

__all__ = ["index", "missing", "root", "urls"]
