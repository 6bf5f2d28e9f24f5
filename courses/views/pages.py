"""Views of the course page types."""
