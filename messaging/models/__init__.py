"""Re-exports for Django's model discovery."""

from messaging.models.delivery import Delivery
from messaging.models.message import Message
from messaging.models.preferences import Preferences

__all__ = ["Delivery", "Message", "Preferences"]
