"""A recorded chapter as Markdown with places, and the HTML that goes into the places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from book.blocks import Cell, Choice, Exercise, Prediction, Prose, fill_figures
from book.chapter import Chapter
from book.dependencies import Following, following_figures, solutions_needed
from book.outputs import outputs_html, script_json
from book.recording import Recording

MarkdownToHtml = Callable[[str], str]
"""Turns a line of Markdown into HTML as the rest of the page is turned."""

PLACE = re.compile(r'<div data-place="(?P<key>[^"]+)"></div>')
DETAILS = re.compile(r"<details(?P<attributes>[^>]*)>\s*<summary>(?P<summary>.*?)</summary>", re.S)


@dataclass
class Page:
    """Markdown in which `<div data-place="key">` stands for `fragments[key]`."""

    markdown: str
    fragments: dict[str, str] = field(default_factory=dict)

    def fill(self, html: str) -> str:
        """`html`, made from `markdown`, with the fragments in their places."""
        return PLACE.sub(lambda place: self.fragments[place["key"]], html)


def make_page(chapter: Chapter, recording: Recording, to_html: MarkdownToHtml, site: str) -> Page:
    """The chapter's page; `site` is the way from the page to the site's root."""
    page = Page("")
    parts: list[str] = []
    figures = following_figures(chapter)
    needed = solutions_needed(chapter)
    following: list[Following] = []

    def marked(block: int, values: Sequence[str]) -> list[str]:
        """The values of a block's figures; those that follow a run in an element."""
        return [
            value if figure is None else figure_html(value, figure, following)
            for value, figure in zip(values, figures[block], strict=True)
        ]

    def place(key: str, html: str) -> None:
        page.fragments[key] = html
        parts.append(f'<div data-place="{key}"></div>')

    def place_cell(cell: Cell, exercise: str = "") -> None:
        first = [("page", page_data_html(chapter, site))] if cell.number == 1 else []
        html = live_cell_html(cell, recording, exercise, needed.get(cell.number, ()))
        live = (f"cell-{cell.number}", html)
        # A picture that stands before its code is the first thing on its page.
        for key, html in [live, *first] if cell.output_first else [*first, live]:
            place(key, html)

    for number, block in enumerate(chapter.blocks):
        values = recording.figures[number]
        if isinstance(block, Prose):
            parts.append(_foldable(fill_figures(block.text, marked(number, values))))
        elif isinstance(block, Prediction):
            place(
                f"prediction-{block.name}",
                prediction_html(block, recording.answers[block.name], to_html),
            )
        elif isinstance(block, Exercise):
            parts.append(_exercise_opens(block))
            place_cell(block.starter, block.name)
            for hint, text in zip(block.hints, block.filled(values), strict=True):
                parts.append(_details("hint", hint.summary, _foldable(text)))
            key = f"solution-{block.name}"
            page.fragments[key] = solution_html(block.solution)
            parts.append(_details("solution", "Solution", f'<div data-place="{key}"></div>'))
            place(f"check-{block.name}", check_html(block.check))
            parts.append("</section>")
        else:
            place_cell(block)
    if following:
        place("figures", figures_html(following))
    page.markdown = "\n\n".join(parts)
    return page


def _foldable(text: str) -> str:
    """Let Markdown be read inside `<details>`."""
    return DETAILS.sub(
        lambda match: (
            f'<details{match["attributes"]} markdown="1">'
            f'<summary markdown="span">{match["summary"].strip()}</summary>'
        ),
        text,
    )


def _details(kind: str, summary: str, text: str) -> str:
    """A part of an exercise, folded; the script knows it by its class."""
    opening = f'<details class="live-{kind}" markdown="1">'
    return f'{opening}<summary markdown="span">{summary}</summary>\n\n{text}\n\n</details>'


def _exercise_opens(exercise: Exercise) -> str:
    piece = f' data-piece="{escape(exercise.piece)}"' if exercise.piece else ""
    name = escape(exercise.name)
    return f'<section class="live-exercise" data-exercise="{name}"{piece} markdown="block">'


def highlighted(source: str) -> str:
    """Python as Pygments' spans; the text of it all is the source."""
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    html = highlight(source, lexer, HtmlFormatter(nowrap=True))
    return html if source.endswith("\n") else html.removesuffix("\n")


def rows_of(parameter: Mapping[str, Any]) -> int:
    """How high a control is, in rows; of a drawing pad, runtime/blocks/parameter-controls.ts."""
    return 6 if parameter["kind"] == "drawing" else 1


def live_cell_html(
    cell: Cell, recording: Recording, exercise: str = "", needed: Sequence[str] = ()
) -> str:
    """A cell with its recorded output, complete without a script; `exercise` is what it starts.

    `needed` are the exercises above it whose code its output depends on.
    """
    attributes = {"data-cell": str(cell.number), "data-id": cell.id, "data-hash": cell.source_hash}
    if cell.tags:
        attributes["data-tags"] = " ".join(cell.tags)
    if exercise:
        attributes["data-exercise"] = exercise
    if needed:
        attributes["data-needs"] = " ".join(needed)
    if cell.parameters:
        attributes["data-parameters"] = json.dumps(cell.parameters, ensure_ascii=False)
        # Room for the controls that the script adds.
        attributes["style"] = f"--live-parameters: {sum(map(rows_of, cell.parameters))}"
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    follow = " data-follow" if cell.follow else ""
    outputs = outputs_html(recording.of(cell))
    hidden = "" if outputs else " hidden"
    source = (
        f'<div class="live-source" translate="no" data-source="{escape(cell.source)}">'
        '<pre class="live-code highlight" tabindex="0">'
        f"<code>{highlighted(cell.source)}</code></pre></div>"
    )
    output = (
        '<div class="live-output" role="region" translate="no" data-search-exclude '
        f'aria-label="Output of cell {cell.number}" data-recorded{hidden}>{outputs}</div>'
    )
    if cell.output_first:
        program = f'<details class="live-program"><summary>The program</summary>{source}</details>'
        inside = f"{output}\n{program}"
    else:
        inside = f"{source}\n{output}"
    html = (
        f'<div class="live-cell" role="group" aria-label="Code cell {cell.number}"'
        f"{written}{follow}>\n{inside}\n</div>"
    )
    if cell.fold:
        summary = escape(cell.fold, quote=False)
        return f'<details class="live-fold"><summary>{summary}</summary>\n{html}\n</details>'
    return html


def figure_html(value: str, figure: Following, following: list[Following]) -> str:
    """A number in the prose; the script finds what it follows by its place in `following`."""
    following.append(figure)
    return f'<span class="live-figure" data-figure="{len(following) - 1}">{value}</span>'


def figures_html(following: Sequence[Following]) -> str:
    """What the numbers in the prose follow, in order."""
    figures = script_json([asdict(figure) for figure in following])
    return f'<script type="application/json" id="live-figures">{figures}</script>'


def solution_html(cell: Cell) -> str:
    """A solution's code, which the script can put into the exercise's cell."""
    code = highlighted(cell.source)
    opening = '<pre class="highlight" translate="no" tabindex="0" data-solution'
    return f'{opening}="{escape(cell.source)}"><code>{code}</code></pre>'


def check_html(cell: Cell) -> str:
    """A check's code, which the page does not show."""
    code = script_json({"code": cell.source})
    return f'<script type="application/json" class="live-check">{code}</script>'


def prediction_html(prediction: Prediction, answer: str, to_html: MarkdownToHtml) -> str:
    """A question with its choices as form controls, and each choice's reason and next question.

    `answer` is what the prediction's expression gave when the chapter was recorded.
    """

    def reasons(choice: Choice) -> str:
        next_question = f"<p data-next hidden>{to_html(choice.next)}</p>" if choice.next else ""
        return f"<p data-why hidden>{to_html(choice.why)}</p>{next_question}"

    name = escape(prediction.name)
    choices = "\n".join(
        f'<div class="live-choice"><label><input type="radio" name="prediction-{name}" '
        f'value="{escape(choice.text)}"> <span>{to_html(choice.text)}</span></label>'
        f"{reasons(choice)}</div>"
        for choice in prediction.choices
    )
    data = script_json({"answer": prediction.answer, "recorded": answer})
    return (
        f'<section class="live-prediction" data-prediction="{name}"><form><fieldset>'
        f"<legend>{to_html(prediction.question)}</legend>\n{choices}\n</fieldset></form>"
        f'<script type="application/json">{data}</script></section>'
    )


def failure_html(words: str) -> str:
    """Why a page that is served while it is written is not what its source says."""
    return (
        '<div class="admonition failure" role="alert">'
        '<p class="admonition-title">The last build failed</p>'
        f"<pre>{escape(words)}</pre></div>"
    )


def page_data_html(chapter: Chapter, site: str) -> str:
    """What the script needs to know of the page, and the place of its controls."""
    notebook = f"lite/notebooks/index.html?path={chapter.notebook_name}"
    exercises = " data-exercises" if chapter.exercises else ""
    return (
        f'<div id="live-page" hidden data-notebook="{escape(notebook)}" '
        f'data-chapter="{escape(chapter.name)}" data-site="{escape(site)}"></div>\n'
        f'<div id="live-controls"{exercises}></div>'
    )
