"""Views of the site's own page types."""
