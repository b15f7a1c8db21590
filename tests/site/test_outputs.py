"""Recorded outputs become HTML; text is never read as HTML."""

import base64
import re
from typing import Any

import pytest
from book.outputs import outputs_html, text_html


def bundle(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ({"text/markdown": "**bold** and $a_1$"}, ["<strong>bold</strong>", "<msub>"]),
        ({"text/markdown": "| a |\n| - |\n| 1 |"}, ["<td>1</td>"]),
        ({"text/latex": r"$\frac{a}{b}$"}, ["<mfrac>"]),
        ({"text/latex": r"\frac{a}{b}"}, ["<mfrac>", "katex-display"]),
        ({"application/json": {"a": [1, "<b>"]}}, ['"a": [', "&lt;b&gt;"]),
    ],
)
def test_markdown_tex_and_json_are_shown_as_what_they_mean(
    data: dict[str, Any], parts: list[str]
) -> None:
    html = outputs_html(bundle({"text/plain": "<Thing>", **data}))
    assert "Thing" not in html
    for part in parts:
        assert part in html


def test_streams_are_escaped_and_named() -> None:
    stream = {"output_type": "stream", "name": "stderr", "text": "<b>&\n"}
    assert outputs_html([stream]) == (
        '<pre class="out out-stream out-stderr">&lt;b&gt;&amp;\n</pre>'
    )


@pytest.mark.parametrize(
    ("data", "html"),
    [
        ({"text/plain": "<i>"}, '<pre class="out out-text">&lt;i&gt;</pre>'),
        ({"text/plain": "x", "text/html": "<i>x</i>"}, '<div class="out out-html"><i>x</i></div>'),
        (
            {"text/plain": "x", "image/svg+xml": "<svg></svg>"},
            '<div class="out out-svg" tabindex="0"><svg></svg></div>',
        ),
    ],
)
def test_the_richest_form_is_shown(data: dict[str, Any], html: str) -> None:
    assert outputs_html(bundle(data)) == html


def test_a_picture_is_named_by_its_text_and_carries_nothing_but_base64() -> None:
    data = {"text/plain": 'a "dot"', "image/png": base64.b64encode(b"\x89PNG").decode() + "\n"}
    assert outputs_html(bundle(data)) == (
        '<img class="out out-png" alt="a &quot;dot&quot;" src="data:image/png;base64,iVBORw==">'
    )


def test_data_for_the_script_cannot_end_its_element() -> None:
    data = {
        "image/svg+xml": "<svg></svg>",
        "application/vnd.micrograd.scrubber+json": {"label": "</script><b>"},
    }
    html = outputs_html(bundle(data))
    assert html.count("</script>") == 1
    assert '<script type="application/vnd.micrograd.scrubber+json">{"label": "\\u003c/scri' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("\x1b[31mred\x1b[0m plain", '<span class="ansi-red-fg">red</span> plain'),
        ("\x1b[1;92mok\x1b[0m", '<span class="ansi-green-intense-fg ansi-bold">ok</span>'),
        ("\x1b[38;5;28mgreen\x1b[39m.", '<span class="ansi-green-fg">green</span>.'),
        ("\x1b[48;2;200;0;0mback\x1b[49m", '<span class="ansi-red-bg">back</span>'),
        ("\x1b[3;4m<\x1b[23;24m>", '<span class="ansi-italic ansi-underline">&lt;</span>&gt;'),
        ("\x1b[38:5:28mgreen", '<span class="ansi-green-fg">green</span>'),
        ("\x1b[7mturned\x1b[27m back", '<span class="ansi-inverse">turned</span> back'),
        ("a\x1b[2Kb", "ab"),
    ],
)
def test_terminal_colours_are_classes(text: str, html: str) -> None:
    assert text_html(text) == html


def test_a_progress_bar_shows_its_last_state() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": ["10%\r", "100%\nab\bc <"]}
    assert outputs_html([stream]) == ('<pre class="out out-stream out-stdout">100%\nac &lt;</pre>')


def test_a_flood_is_cut_as_on_the_page() -> None:
    text = "a" * 150_000 + "z"
    [shown] = re.findall(
        "<pre.*?>(.*)</pre>",
        outputs_html([{"output_type": "stream", "name": "stdout", "text": text}]),
        re.S,
    )
    before, words, after = re.split("<span.*?>(.*)</span>", shown, flags=re.S)
    [dropped] = re.findall("… ([0-9,]+) characters are not shown …", words)
    assert len(before) + int(dropped.replace(",", "")) + len(after) == len(text)
    assert after.endswith("z")


def test_two_drawings_with_one_id_keep_their_own() -> None:
    one, two = (
        f'<svg><g id="a" fill="{c}"/><use href="#a"/><path clip-path="url(#a)"/></svg>'
        for c in ("red", "lime")
    )
    html = outputs_html(bundle({"image/svg+xml": one}) + bundle({"image/svg+xml": two}))
    ids = re.findall(r' id="(.*?)"', html)
    assert len(set(ids)) == 2
    assert re.findall(r'href="#(.*?)"', html) == ids
    assert re.findall(r"url\(#(.*?)\)", html) == ids
    # What nothing refers to keeps its name.
    plain = '<svg><g id="node1"/></svg>'
    assert plain in outputs_html(bundle({"image/svg+xml": plain}))
