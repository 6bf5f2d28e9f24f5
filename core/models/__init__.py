"""Re-exports for Django's model discovery."""

from core.models.media import FileAccess, Material, Picture, PictureRendition
from core.models.statutes import Statute, StatuteVersion

__all__ = ["FileAccess", "Material", "Picture", "PictureRendition", "Statute", "StatuteVersion"]
