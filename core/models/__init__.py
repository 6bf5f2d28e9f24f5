"""Re-exports for Django's model discovery."""

from core.models.media import Material, Picture, PictureRendition

__all__ = ["Material", "Picture", "PictureRendition"]
