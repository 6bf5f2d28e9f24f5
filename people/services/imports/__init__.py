"""Importing tables. A kind of table (`kinds`) says what its columns mean; the rest is the same for all of them:

`intake` takes a file, `reading` makes rows of it, `choosing` and `writing` follow what a person decides, `undoing`
takes it back, `keeping` throws away what is over. `docs/rules/import.md` has the rules.
"""
