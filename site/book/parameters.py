"""`# @param` comments, read by the build; `runtime/blocks/parameters.ts` reads what readers edit.

Both read the cases of `tests/parameters.json` alike.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from book.errors import Place

Parameter = dict[str, Any]
"""A control as the page's script has it: name, line from 0, kind, and what the kind needs."""

LINE = re.compile(
    r"^(\s*([A-Za-z_]\w*)\s*=\s*)"
    r"""((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^#"'])*?)(\s*#\s*@param\b\s*(.*))$"""
)
COMMENT = re.compile(r"#\s*@param\b")
KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*)\s*:")
NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?")
POINT = re.compile(rf"\[\s*({NUMBER.pattern})\s*,\s*({NUMBER.pattern})\s*\]")
SIMPLE = re.compile(r"'[^'\\]*'")

KEYS = ("type", "min", "max", "step")
DRAWING_KEYS = ("type", "width", "height")
TEXT_KEYS = ("type", "max")
POINT_KEYS = ("type", "x", "y", "step")
KEYS_OF = {"drawing": DRAWING_KEYS, "string": TEXT_KEYS, "point": POINT_KEYS}
LARGEST = 28
"""The most rows and columns of a drawing."""
LONGEST = 200
"""The most characters of a text."""
EXPECTED = (
    'Write {type: "slider", min: 0, max: 1, step: 0.1}, {type: "boolean"}, '
    '{type: "string", max: 20}, {type: "drawing", width: 8, height: 8}, '
    '{type: "point", x: [-1, 1], y: [-1, 1]} or a list of choices such as ["a", "b"].'
)


def parse_parameters(code: str) -> list[Parameter]:
    """The controls of a cell; one that cannot be made has the kind `refused` and words."""
    return [
        parameter
        for number, text in enumerate(code.split("\n"))
        if (parameter := _parameter(text, number))
    ]


def check_parameters(code: str, place: Place) -> list[Parameter]:
    """The controls of a chapter's own cell, whose code begins at `place`.

    Raises:
        ChapterError: a control cannot be made, or its value cannot be set with it.
    """
    found = parse_parameters(code)
    for parameter in found:
        where = place.below(parameter["line"])
        if parameter["kind"] == "refused":
            raise where.error(parameter["words"])
        if words := "; ".join(_out_of_reach(parameter)):
            raise where.error(words)
    return found


def _out_of_reach(parameter: Parameter) -> Iterator[str]:
    name, kind = parameter["name"], parameter["kind"]
    value = parameter.get("value", "")
    if kind == "slider" and not parameter["min"] <= value <= parameter["max"]:
        yield (
            f"{name} is {_number(value)}, outside its slider's range from "
            f"{_number(parameter['min'])} to {_number(parameter['max'])}"
        )
    if kind == "point":
        for number, key in zip(value, ("x", "y"), strict=True):
            low, high = parameter[key]
            if not low <= number <= high:
                yield (
                    f"{name} has the {key} {_number(number)}, outside its range from "
                    f"{_number(low)} to {_number(high)}"
                )
    if kind == "text" and len(value) > parameter["max"]:
        yield f"{name} is {value!r}, longer than its {parameter['max']} characters"
    if kind == "choice" and value not in parameter["choices"]:
        yield f"{name} is {value!r}, which is none of its choices {parameter['choices']}"


def _parameter(text: str, number: int) -> Parameter | None:
    match = LINE.match(text)

    def refused(name: str, words: str) -> Parameter:
        whole = f"{name} has no control: {words}"
        return {"name": name, "line": number, "kind": "refused", "words": whole}

    if not match:
        if not COMMENT.search(text):
            return None
        return refused(
            "This line", "# @param stands behind a name and its value, as lr = 0.1  # @param …"
        )
    name, literal, after = match[2], match[3].strip(), match[5].strip()
    made = _control(literal, after)
    if isinstance(made, str):
        return refused(name, made)
    return {"name": name, "line": number, **made}


def _control(literal: str, after: str) -> dict[str, Any] | str:
    """What the comment asks for, or why it cannot be had."""
    given = _options(after)
    if not isinstance(given, dict | list):
        return f"“{after}” after # @param cannot be read. {EXPECTED}"
    if isinstance(given, list):
        return _choice(literal, given)
    for key in given:
        if key not in KEYS_OF.get(str(given.get("type")), KEYS):
            return f"the key {key} after # @param is not known. {EXPECTED}"
    kind = given.get("type", "slider")
    if kind == "boolean":
        return _boolean(literal, given)
    if kind == "drawing":
        return _drawing(literal, given)
    if kind == "string":
        return _text(literal, given)
    if kind == "point":
        return _point(literal, given)
    if kind != "slider":
        return f"the type {_json(kind)} after # @param is not known. {EXPECTED}"
    return _slider(literal, given)


def _options(text: str) -> Any:
    """The options' JSON, whose keys may go without quotes; None where it is none."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        quoted = KEY.sub(r'\1"\2":', text).replace("'", '"')
        return json.loads(quoted, parse_constant=refuse)
    except ValueError:
        return None


def _choice(literal: str, given: list[Any]) -> dict[str, Any] | str:
    if not given:
        return "the list after # @param is empty. Give at least one choice."
    if not all(isinstance(choice, str) or _is_number(choice) for choice in given):
        return "each choice after # @param has to be a text in quotes or a number."
    quoted = _quoted(literal)
    if quoted is None and literal[:1] in ("'", '"'):
        return f"its value is {literal}, expected a text in quotes."
    choices = [choice if isinstance(choice, str) else _number(choice) for choice in given]
    value = literal if quoted is None else quoted
    return {"kind": "choice", "value": value, "choices": choices}


def _text(literal: str, given: dict[str, Any]) -> dict[str, Any] | str:
    longest = given.get("max", LONGEST)
    if type(longest) is not int or not 1 <= longest <= LONGEST:
        return f"max after # @param has to be a whole number from 1 to {LONGEST}."
    value = _quoted(literal)
    if value is None:
        return f"its value is {literal or 'nothing'}, expected a text in quotes."
    return {"kind": "text", "value": value, "max": longest}


def _quoted(literal: str) -> str | None:
    """The text of a literal; None where it is none that a control can write."""
    if SIMPLE.fullmatch(literal):
        return literal[1:-1]
    if not literal.startswith('"'):
        return None
    try:
        value = json.loads(literal)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _boolean(literal: str, given: dict[str, Any]) -> dict[str, Any] | str:
    if len(given) > 1:
        return "a boolean has no min, max or step after # @param."
    if literal not in ("True", "False"):
        return f"its value is {literal or 'nothing'}, expected True or False."
    return {"kind": "boolean", "value": literal == "True"}


def _drawing(literal: str, given: dict[str, Any]) -> dict[str, Any] | str:
    sizes = {key: given.get(key) for key in ("width", "height")}
    if not all(type(size) is int and 1 <= size <= LARGEST for size in sizes.values()):
        return f"width and height after # @param have to be whole numbers from 1 to {LARGEST}."
    if not literal.startswith("["):
        return f"its value is {literal or 'nothing'}, expected a list of numbers for a drawing."
    return {"kind": "drawing", **sizes}


def _point(literal: str, given: dict[str, Any]) -> dict[str, Any] | str:
    ranges: dict[str, Any] = {key: given.get(key) for key in ("x", "y")}
    for key, ends in ranges.items():
        pair = isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends))
        if not pair or ends[0] >= ends[1]:
            return (
                f"{key} after # @param has to be a range, as [-1, 1]: two numbers, the less first."
            )
    step = given.get("step", 0.1)
    if not _is_number(step) or step <= 0:
        return "step after # @param has to be a number greater than 0."
    numbers = POINT.fullmatch(literal)
    if not numbers:
        return f"its value is {literal or 'nothing'}, expected two numbers as [0.5, 1]."
    value = [float(number.replace("_", "")) for number in numbers.groups()]
    return {"kind": "point", "value": value, **ranges, "step": step}


def _slider(literal: str, given: dict[str, Any]) -> dict[str, Any] | str:
    low, high, step = given.get("min", 0), given.get("max", 1), given.get("step", 0.01)
    if not (_is_number(low) and _is_number(high) and _is_number(step)):
        return "min, max and step after # @param have to be numbers."
    if low >= high:
        return (
            f"min is {_number(low)} and max is {_number(high)} after # @param. "
            "Let min be less than max."
        )
    if step <= 0:
        return f"step is {_number(step)} after # @param. Let it be greater than 0."
    if not NUMBER.fullmatch(literal):
        return f"its value is {literal or 'nothing'}, expected a number for a slider."
    value = float(literal.replace("_", ""))
    return {"kind": "slider", "value": value, "min": low, "max": high, "step": step}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: float) -> str:
    """A number as JavaScript writes it."""
    return str(int(value)) if value == int(value) else repr(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
