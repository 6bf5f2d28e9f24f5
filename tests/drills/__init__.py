"""Drills: many people on the real server at once. No tests of pytest; `make drill-…` runs them."""
