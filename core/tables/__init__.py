"""Spreadsheets both ways: `reading` and `layout` give records, `repairs` clean one cell, `writing` makes the files."""
