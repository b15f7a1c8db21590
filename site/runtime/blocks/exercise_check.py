"""Judges a reader's answer to an exercise, in words.

The check of an exercise is Python that the author writes. `judge` runs it in a namespace of its
own, with the names below, and never in the page's: whatever sliders and later cells have done, a
check sees the reader's code and the numbers that it chose itself.

- `answer`: the reader's code. `answer.run(name=value, …)` executes it, without its demo lines (what
  stands below a line `# Try it`), and gives back the names that it defines.
- `attempt(case, call)`: what `call()` returns; an error becomes a sentence with the reader's line.
- `refuse(words)`, `expect(condition, words)`: end the check with a sentence.
- `box(name, words)`: a verdict on one of several boxes; words are empty where it is right.

The page, the build and the notebooks use this one file. It knows nothing of any book.
"""

from __future__ import annotations

import ast
import builtins
import json
import linecache
import re
import sys
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")
Meanings: TypeAlias = "dict[type[BaseException], str]"
"""What an error of a type means in one exercise."""

BLANK = "____"
DEMO = re.compile(r"^# Try it\b.*$", re.M | re.I)
FILE = "<your code>"
SHALLOW = 150
"""Calls that an answer may nest beyond where it is called from: enough for every exercise."""


class Refused(Exception):
    """The answer is not right, for the reason given.

    `error` says that it raised or cannot be read.
    """

    def __init__(self, words: str, *, error: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.error = error


class Missing(Refused, AttributeError):
    """The answer does not define a name; an `AttributeError` too, so that `hasattr` works."""


class Names(SimpleNamespace):
    """The names that an answer has defined."""

    def __getattr__(self, name: str) -> Any:
        raise Missing(f"Your code does not define {name}.")


class Blank:
    """Stands for a blank that is not filled in; whatever is computed with it is blank too."""

    def __call__(self, *_: Any, **__: Any) -> Blank:
        """Return the blank."""
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __call__
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __neg__ = __getitem__ = __call__


class Answer:
    """The reader's code.

    Attributes:
        source: the code above its demo lines.
        blanks: the numbers of the lines that still have a blank, counted from 1.
        tree: its syntax tree; `Refused` when it cannot be read.
    """

    def __init__(self, source: str) -> None:
        self.source = DEMO.split(source)[0]
        lines = self.source.splitlines()
        self.blanks = [k for k, line in enumerate(lines, 1) if BLANK in line.split("#")[0]]

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        try:
            return ast.parse(self.source, FILE)
        except SyntaxError as error:
            raise Refused(words_for_syntax(error), error=True) from None

    def has(self, pattern: str) -> bool:
        """Whether a regular expression is found in the code, comments left out."""
        return re.search(pattern, ast.unparse(self.tree)) is not None

    def run(self, *, blanks: bool = False, words: Meanings | None = None, **names: Any) -> Names:
        """Execute the code in a namespace of its own, and return the names that it then has.

        Args:
            blanks: whether blanks may be left; each is then a `Blank`.
            words: what an error of a type means here, beside the general words.
            **names: what the namespace has before.
        """
        if self.blanks and not blanks:
            line = self.blanks[0]
            raise Refused(
                f"Line {line} still has a blank: put something in place of {BLANK}.", error=True
            )
        namespace = {"__name__": "__main__", "print": ignore, BLANK: Blank(), **names}
        self.execute(self.tree, namespace, words=words)
        return Names(**namespace)

    def execute(
        self,
        tree: ast.Module | ast.stmt,
        namespace: dict[str, Any],
        *,
        words: Meanings | None = None,
    ) -> None:
        """Execute a part of the code, such as a statement of `tree`, in a namespace."""
        module = tree if isinstance(tree, ast.Module) else ast.Module([tree], [])
        code = compile(module, FILE, "exec", dont_inherit=True)
        linecache.cache[FILE] = (len(self.source), None, self.source.splitlines(True), FILE)
        attempt("Your code", lambda: exec(code, namespace), words=words)


def ignore(*_: Any, **__: Any) -> None:
    """Do nothing: what an answer prints is not judged."""


def refuse(words: str) -> NoReturn:
    """End the check: the answer is not right, for this reason."""
    raise Refused(words)


def expect(condition: object, words: str) -> None:
    """End the check with `words` unless the condition holds."""
    if not condition:
        refuse(words)


def attempt(case: str, call: Callable[[], T], *, words: Meanings | None = None) -> T:
    """Return what `call()` returns; `Refused` with the reader's line where it raises.

    Args:
        case: what is tried, as the sentence's beginning.
        call: a function without arguments.
        words: for a type of error, what it means in this exercise.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(min(limit, depth() + SHALLOW))
    try:
        return call()
    except Refused:
        raise
    except Exception as error:
        failure = error
    finally:
        sys.setrecursionlimit(limit)
    special = next(
        (text for kind, text in (words or {}).items() if isinstance(failure, kind)), None
    )
    sentences = [f"{case} {reason_of(failure)}", special, place_of(failure)]
    raise Refused(" ".join(filter(None, sentences)), error=True)


def depth() -> int:
    """Return how many calls are open."""
    frame: FrameType | None = sys._getframe()
    count = -1
    while frame:
        frame, count = frame.f_back, count + 1
    return count


def place_of(error: BaseException) -> str:
    """Return a sentence that names the reader's line at which an error was raised."""
    line, traceback = None, error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    if line is None:
        return ""
    return f"See line {line}: {linecache.getline(FILE, line).strip()}"


MEANINGS = [
    (r"name '(.+?)' is not defined", "uses the name {0}, which is not defined."),
    (r"cannot access local variable '(.+?)'", "uses the name {0} before it has a value."),
    (
        r"unsupported operand type\(s\) for (.+?): '(.+?)' and '(.+?)'",
        "cannot compute {1} {0} {2}: one of the two is not what you think it is.",
    ),
    (r"'(.+?)' object has no attribute '(.+?)'", "reads .{1} of a {0}, which it does not have."),
    (
        r"'(.+?)' object is not iterable",
        "goes through a {0} as through a list, and it is none. A tuple of one has a comma: (x,).",
    ),
    (r"'(.+?)' object is not callable", "calls a {0} like a function, and it is none."),
    (r"'(.+?)' object is not subscriptable", "takes an element of a {0}, which has none."),
    (r"object of type '(.+?)' has no len\(\)", "takes the length of a {0}, which has none."),
    (r"missing \d+ required positional arguments?: (.+)", "is called without the argument {0}."),
    (r"takes (.+?) but (.+?) (?:was|were) given", "takes {0}, and gets {1}."),
    (
        r"(?:must be real number|a real number is required), not (.+)",
        "needs a plain number where it got a {0}. "
        "Write .data behind a Value to get the number in it.",
    ),
    (
        r"got (?:Value\(|.*Value).*expected a real number",
        "puts a Value where a plain number belongs. "
        "Write .data behind a Value to get the number in it.",
    ),
    (r"index out of range", "reads behind the end of a list."),
    (
        r"math domain error|expected a (?:positive|nonnegative)",
        "gives a function a number outside of what it can compute.",
    ),
]


def reason_of(error: BaseException) -> str:
    """Return what an error means, as the end of a sentence."""
    message = str(error)
    if isinstance(error, RecursionError):
        return "never ends: it calls itself again and again."
    if isinstance(error, ZeroDivisionError):
        return "divides by 0."
    if isinstance(error, OverflowError):
        return "makes a number that is too large to store."
    if isinstance(error, KeyError):
        return f"looks up {message} in a dictionary, and it is not there."
    for pattern, words in MEANINGS:
        if found := re.search(pattern, message):
            return words.format(*found.groups())
    return f"stopped with {type(error).__name__}: {message}"


def words_for_syntax(error: SyntaxError) -> str:
    """Return a sentence for code that Python cannot read."""
    line = (error.text or "").strip()
    where = f"Line {error.lineno}" + (f" ({line})" if line else "")
    return f"{where} cannot be read: {error.msg}."


def judge(source: str, check: str) -> dict[str, Any] | None:
    """Judge an answer.

    Args:
        source: the code of the reader's cell.
        check: the author's check.

    Returns:
        `None` where it is right; else a dictionary with `lines`, pairs of whether a line is right
        and its words, and `error`, whether the answer raised or cannot be read.

    Raises:
        what the check itself raises: its author's mistake.
    """
    boxes = []

    def box(name: str, words: str = "", /) -> None:
        boxes.append((not words, f"{name}: {words}" if words else name))

    names = {
        "answer": Answer(source),
        "attempt": attempt,
        "box": box,
        "expect": expect,
        "refuse": refuse,
        "Blank": Blank,
        "__name__": "check",
        "__builtins__": builtins,
    }
    linecache.cache["<check>"] = (len(check), None, check.splitlines(True), "<check>")
    try:
        exec(compile(check, "<check>", "exec", dont_inherit=True), names)
    except Refused as refused:
        return {"lines": [*boxes, (False, refused.words)], "error": refused.error}
    return None if all(right for right, _ in boxes) else {"lines": boxes, "error": False}


class Verdict(Exception):
    """Carries a refusal as JSON to the page."""


def tell(source: str, check: str) -> None:
    """Raise `Verdict` with what `judge` says, as JSON, unless the answer is right."""
    if verdict := judge(source, check):
        raise Verdict(json.dumps(verdict))
