"""What a cell shows, read from the page, and how two of them differ."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from playwright.sync_api import Locator

Tree: TypeAlias = list[object]  # [tag, attributes, own text, children]

READ = """
region => {
  // a drawing program numbers the ids, and what points to them
  const identity = a => a.name === 'id' || /^aria-/.test(a.name) || a.value.startsWith('url(#');
  const words = element => [...element.childNodes]
    .filter(node => node.nodeType === Node.TEXT_NODE)
    .map(node => node.data.trim()).filter(Boolean).join(' ');
  const attributes = element => Object.fromEntries(
    [...element.attributes].filter(a => !identity(a)).map(a => [a.name, a.value]));
  const tree = element => [
    element.tagName.toLowerCase(),
    attributes(element),
    words(element),
    // what a reader can look through lies over the picture
    [...element.children]
      .filter(e => !e.matches('.live-plane, .live-moment, foreignObject')).map(tree),
  ];
  const besides = out => {
    const copy = out.cloneNode(true);
    copy.querySelectorAll('svg').forEach(svg => svg.remove());
    return copy.textContent;
  };
  // a scrubber or a training view is a picture with controls: the picture is compared
  const kindOf = out => [...out.classList].filter(name => /^out-/.test(name)).sort().join(' ')
    .replace(/out-(scrubber|training|quiz)/, 'out-svg');
  return [...region.querySelectorAll('.out')]
    .filter(out => !out.parentElement.closest('.out'))
    .map(out => ({
      kind: kindOf(out),
      text: kindOf(out) === 'out-svg' ? '' : besides(out),
      drawings: [...out.querySelectorAll('svg')].filter(svg => !svg.closest('button')).map(tree),
    }));
}
"""

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?!\w)")


@dataclass(frozen=True)
class Output:
    """One output: its kind (`out-text`, …), its text, and its drawings as trees of elements."""

    kind: str
    text: str
    drawings: list[Tree]


def read(region: Locator) -> list[Output]:
    """Read the outputs of a cell's output region, neighbouring pieces of one stream joined."""
    outputs: list[Output] = []
    for entry in region.evaluate(READ):
        output = Output(entry["kind"], entry["text"], entry["drawings"])
        last = outputs[-1] if outputs else None
        if last and "out-stream" in output.kind and last.kind == output.kind:
            outputs[-1] = Output(last.kind, last.text + output.text, [])
        else:
            outputs.append(output)
    return outputs


def differences(expected: list[Output], got: list[Output], relative: float = 1e-9) -> list[str]:
    """Say how `got` differs from `expected`: kinds and words exactly, numbers to `relative`.

    Of an error only the last line counts: the frames above it name files of the machine that
    it was raised on.
    """
    kinds = [output.kind for output in expected], [output.kind for output in got]
    if kinds[0] != kinds[1]:
        return [f"the outputs are {kinds[1]}, expected {kinds[0]}: {[o.text[:500] for o in got]}"]
    found: list[str] = []
    for position, (a, b) in enumerate(zip(expected, got, strict=True), 1):
        where = f"output {position} ({a.kind})"
        if "out-error" in a.kind:
            found += text_differences(where, last_line(a.text), last_line(b.text), relative)
        else:
            found += text_differences(where, a.text, b.text, relative)
        if len(a.drawings) != len(b.drawings):
            found.append(f"{where} has {len(b.drawings)} drawings, expected {len(a.drawings)}")
        else:
            for one, other in zip(a.drawings, b.drawings, strict=True):
                found += drawing_differences(where, one, other, relative)
    return found


def last_line(text: str) -> str:
    """Return the last line that is not blank: what a traceback comes to.

    At which call the recursion became too deep is the interpreter's affair.
    """
    last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
    return re.sub("(maximum recursion depth exceeded) .*", r"\1", last)


def text_differences(where: str, expected: str, got: str, relative: float) -> Iterator[str]:
    """Compare words exactly and numbers with a tolerance; blanks at line ends do not count."""
    words = [NUMBER.sub("#", tidy(text)) for text in (expected, got)]
    if words[0] != words[1]:
        yield f"{where} reads {got.strip()[:2000]!r}, expected {expected.strip()[:2000]!r}"
        return
    for a, b in zip(NUMBER.findall(expected), NUMBER.findall(got), strict=True):
        if not close(a, b, relative):
            yield f"{where} has {b} for {a}"


def tidy(text: str) -> str:
    """Leave out blanks at line ends and blank lines at both ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def close(a: str, b: str, relative: float) -> bool:
    """Compare whole numbers exactly, others to `relative`; where any number will do, none."""
    if math.isinf(relative):
        return True
    if re.fullmatch(r"[-+]?\d+", a) and re.fullmatch(r"[-+]?\d+", b):
        return int(a) == int(b)
    # What is left where numbers near 1 cancel is noise: a finite difference's error, for one.
    return math.isclose(float(a), float(b), rel_tol=relative, abs_tol=1e-10)


def holds_number(text: str, number: float, relative: float = 1e-13) -> bool:
    """Say whether `text` has the number, written out to the precision asked for."""
    return any(math.isclose(float(n), number, rel_tol=relative) for n in NUMBER.findall(text))


def drawing_differences(where: str, a: Tree, b: Tree, relative: float) -> Iterator[str]:
    """Compare two drawings element by element: tags, attributes, texts, in order."""
    if a[0] != b[0]:
        yield f"{where} draws <{b[0]}>, expected <{a[0]}>"
        return
    place = f"{where} <{a[0]}>"
    ours, theirs = a[1], b[1]
    assert isinstance(ours, dict)
    assert isinstance(theirs, dict)
    if ours.keys() != theirs.keys():
        yield f"{place} has attributes {sorted(theirs)}, expected {sorted(ours)}"
        return
    for name in ours:
        yield from text_differences(f"{place} {name}", ours[name], theirs[name], relative)
    yield from text_differences(place, str(a[2]), str(b[2]), relative)
    below, beside = a[3], b[3]
    assert isinstance(below, list)
    assert isinstance(beside, list)
    if len(below) != len(beside):
        yield f"{place} has {len(beside)} elements, expected {len(below)}"
        return
    for one, other in zip(below, beside, strict=True):
        yield from drawing_differences(where, one, other, relative)
