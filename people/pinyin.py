"""How a Chinese name is read. Stored at save, because sorting and searching need it and a person may correct it."""

from typing import Any

from pypinyin import Style, pinyin

from core.names import clean_name as clean_name  # the name and its reading are asked together

# Surnames whose reading as a name differs from the common reading of the character, or that the library misreads.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "覃": "qin", "缪": "miao",
    "盖": "ge", "乐": "yue", "朴": "piao", "繁": "po", "折": "she", "员": "yun", "种": "chong", "召": "shao",
    "秘": "bi", "黑": "he", "翟": "zhai", "隗": "wei", "阚": "kan", "洗": "xian", "冼": "xian", "任": "ren",
    "华": "hua", "宁": "ning", "尉": "wei", "哈": "ha", "那": "na", "能": "nai", "逯": "lu", "么": "yao",
    "䶮": "yan",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "诸葛": "zhu ge", "夏侯": "xia hou", "尉迟": "yu chi",
    "长孙": "zhang sun", "万俟": "mo qi", "单于": "chan yu", "令狐": "ling hu", "皇甫": "huang fu",
    "慕容": "mu rong", "公孙": "gong sun", "东方": "dong fang", "端木": "duan mu", "司徒": "si tu",
    "澹台": "tan tai", "宇文": "yu wen",
}  # fmt: skip
RARE = {"䶮": "yan"}


def split_surname(name: str) -> tuple[str, str]:
    """Return (surname, rest) for a name that begins with a known surname, else ("", name). Only for the reading."""
    for surname in COMPOUND_SURNAMES:
        if name.startswith(surname) and len(name) > len(surname):
            return surname, name[len(surname) :]
    if name and name[0] in SURNAMES and 1 < len(name) <= 3 and "·" not in name:
        return name[0], name[1:]
    return "", name


def _rare(chars: str) -> Any:
    """One reading per character; the library's own types know of one string only."""
    return [RARE.get(char, char) for char in chars]


def _syllables(text: str) -> list[str]:
    read = pinyin(text, style=Style.NORMAL, errors=_rare)
    return [item[0].lower() for item in read if item[0].strip()]


def name_pinyin(name: str) -> str:
    """Return the reading of a name: surname, a blank, the rest, lower case: 欧阳文静 → "ouyang wenjing"."""
    cleaned = clean_name(name)
    if "·" in cleaned:
        return " ".join("".join(_syllables(part)) for part in cleaned.split("·") if part)
    surname, rest = split_surname(cleaned)
    if surname:
        return f"{''.join(_of_surname(surname))} {''.join(_syllables(rest))}"
    syllables = _syllables(cleaned)
    if len(cleaned) > 3 or len(syllables) < 2:
        return "".join(syllables)
    return f"{syllables[0]} {''.join(syllables[1:])}"


def name_syllables(name: str) -> list[str]:
    """Return the reading of each character: 尉迟恭 → ["yu", "chi", "gong"]."""
    cleaned = clean_name(name)
    surname, rest = split_surname(cleaned)
    return [*_of_surname(surname), *_syllables(rest.replace("·", ""))]


def name_initials(name: str) -> str:
    """Return the first letters, one for each character: 单志刚 → "szg"."""
    return "".join(syllable[0] for syllable in name_syllables(name))


def name_readings(name: str, corrected: str = "") -> str:
    """Return what somebody may type for a name: its reading and its initials, each from any character on.

    `corrected` is the reading that a person wrote down, if it is another one.
    """
    syllables = name_syllables(name)
    starts = range(len(syllables))
    read = ["".join(syllables[start:]) for start in starts]
    initials = ["".join(syllable[0] for syllable in syllables[start:]) for start in starts[:-1]]
    return " ".join(dict.fromkeys([*read, *initials, corrected.replace(" ", ""), corrected]))


def _of_surname(surname: str) -> list[str]:
    reading = COMPOUND_SURNAMES.get(surname) or SURNAMES.get(surname, "")
    return reading.split()
