"""One way to write a name of a person."""

import re

NAME_DOTS = str.maketrans({"•": "·", "．": "·", "‧": "·", "・": "·"})
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
CHINESE = re.compile(f"[{HAN}]")
PLAIN_DOT = re.compile(rf"(?<=[{HAN}])\s*\.\s*(?=[{HAN}])")
NAME = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*|[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’.\- ]*")


def clean_name(name: str) -> str:
    """Return a Chinese name without the blanks that pad it, with one form of the middle dot.

    Latin names keep single blanks between words.
    """
    dotted = PLAIN_DOT.sub("·", name.translate(NAME_DOTS))
    return "".join(dotted.split()) if CHINESE.search(dotted) else " ".join(dotted.split())


def is_name(text: str) -> bool:
    """True if a clean name has only characters that names have: 买买提·艾力, Anna O'Neil; never =1+1."""
    return len(text) > 1 and NAME.fullmatch(text) is not None


def masked(name: str) -> str:
    """Return a name as strangers may see it: 张*."""
    return f"{name[:1]}*"
