"""The line that opens a fence: its language and its options."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from book.errors import Place, one_of

Role: TypeAlias = Literal["cell", "exercise", "solution", "check", "prediction", "listing"]

TAGS = ("raises-exception", "random")
OPTIONS: dict[Role, tuple[str, ...]] = {
    "cell": ("tags", "fold", "follow", "output"),
    "exercise": ("exercise", "piece"),
    "solution": ("solution",),
    "check": ("check",),
    "prediction": ("prediction",),
    # What the theme's own listings have.
    "listing": ("title", "hl_lines", "linenums"),
}
"""The options that each kind of fence may have."""

NAMED: tuple[Role, ...] = ("exercise", "solution", "check")

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LANGUAGE = re.compile(r"[\w+#.-]*")
PYTHONS = ("py", "py3", "python3", "ipython", "ipython3")
OPTION = re.compile(
    r"""\s+(?:\.(?P<flag>[\w-]+)|(?P<key>[\w-]+)=(?P<value>"[^"]*"|\[[^\]]*\]|[^\s"\[]+))(?=\s|$)"""
)


@dataclass(frozen=True)
class Fence:
    """What the opening line of a fence says."""

    language: str
    role: Role
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of an exercise, of what belongs to it, or of a prediction."""
        return str(self.options.get(self.role, ""))


def read_fence(info: str, place: Place) -> Fence:
    """Read what stands behind the backquotes of a fence; raises `ChapterError` at a slip."""
    info = info.strip()
    language = info.split(maxsplit=1)[0] if info else ""
    if not LANGUAGE.fullmatch(language):
        raise place.error(
            f"the fence's language is {language}, expected a word: ```python for a cell, "
            "```python .noeval or ```text for a listing"
        )
    if language.lower() in (*PYTHONS, "python") and language != "python":
        raise place.error(
            f"the fence begins with ```{language}; write ```python for a cell that runs, "
            "```python .noeval or ```text for a listing"
        )
    flags, options = _options(info.removeprefix(language), place)
    role = _role(language, flags, options)
    allowed = OPTIONS[role]
    what = f"```{language}" if role == "listing" else f"a {role}"
    for flag in flags:
        if language != "python" or flag != "noeval":
            words = f"does not know .{flag}; the one word with a dot is .noeval, behind ```python"
            raise place.error(f"{what} {words}")
    for key, value in options.items():
        if key not in allowed:
            raise place.error(
                f"{what} has no option {key}={_written(value)}, expected {one_of(allowed, key)}"
            )
        _check_value(key, value, place)
    return Fence(language, role, options)


def _options(text: str, place: Place) -> tuple[list[str], dict[str, Any]]:
    flags: list[str] = []
    options: dict[str, Any] = {}
    end = 0
    while text[end:].strip():
        match = OPTION.match(text, end)
        if not match:
            raise place.error(
                f"the fence's options cannot be read at {text[end:].strip()!r}, "
                'expected key="text", key=true or .noeval, with a space between them'
            )
        end = match.end()
        if match["flag"]:
            flags.append(match["flag"])
            continue
        if match["key"] in options:
            raise place.error(f"the fence has the option {match['key']} twice")
        try:
            options[match["key"]] = json.loads(match["value"])
        except ValueError:
            raise place.error(
                f"the fence's option {match.group().strip()} cannot be read, expected "
                f'{match["key"]}="text", {match["key"]}=true or {match["key"]}=["a", "b"]'
            ) from None
    return flags, options


def _role(language: str, flags: list[str], options: dict[str, Any]) -> Role:
    if language == "yaml" and options:
        return "prediction"
    if language != "python" or "noeval" in flags:
        return "listing"
    return next((role for role in NAMED if role in options), "cell")


def _check_value(key: str, value: Any, place: Place) -> None:
    given = f"the fence's option is {key}={_written(value)}"
    if key == "tags":
        if not isinstance(value, list):
            raise place.error(f'{given}, expected a list such as tags=["{TAGS[0]}"]')
        for tag in value:
            if tag not in TAGS:
                raise place.error(f"a cell has no tag {tag!r}, expected {one_of(TAGS)}")
    elif key == "follow" and not isinstance(value, bool):
        raise place.error(f"{given}, expected follow=true")
    elif key == "output" and value != "first":
        raise place.error(f'{given}, expected output="first"')
    elif key == "fold" and not (isinstance(value, str) and value.strip()):
        raise place.error(f'{given}, expected the line to fold under: fold="The whole graph"')
    elif key in (*NAMED, "prediction") and not (isinstance(value, str) and NAME.fullmatch(value)):
        raise place.error(f"{given}, expected a name of letters, digits, - and _ in quotes")


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
