"""Re-exports for Django's model discovery."""

from people.models.imports import ImportBatch, ImportFile, ImportRow
from people.models.membership import Membership
from people.models.profession import Profession
from people.models.readers import PageReader
from people.models.unit import Unit
from people.models.user import User

__all__ = ["ImportBatch", "ImportFile", "ImportRow", "Membership", "PageReader", "Profession", "Unit", "User"]
