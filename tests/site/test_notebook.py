"""A recorded chapter becomes a notebook that runs in any Jupyter."""

from pathlib import Path

import nbformat
from book.chapter import parse_chapter, read_chapter
from book.notebook import make_notebook
from book.notebooks import write_notebooks
from book.recording import record
from nbclient import NotebookClient

from tests.site.test_chapter import EXERCISE
from tests.site.test_recording import PREDICTION, cell


def notebook_of(source: str) -> nbformat.NotebookNode:
    chapter = parse_chapter(Path("02-neuron.md"), source)
    return make_notebook(chapter, record(chapter))


def test_prose_has_its_figures_and_cells_their_outputs() -> None:
    notebook = notebook_of(
        f"# Sums\n\n{cell('n = 2')}\n\nIt is {{{{ n }}}}.\n\n{cell('print(n)')}\n"
    )
    nbformat.validate(notebook)
    assert [c.cell_type for c in notebook.cells] == ["markdown", "code", "markdown", "code"]
    assert notebook.cells[2].source == "It is 2."
    assert notebook.cells[3].outputs[0].text == "2\n"


def test_a_chapter_without_a_heading_begins_with_its_title() -> None:
    notebook = notebook_of("---\ntitle: Sums\n---\n\nText.\n")
    assert notebook.cells[0].source == "# Sums\n\nText."


def test_an_exercise_can_be_run_through_with_its_blanks_open() -> None:
    notebook = notebook_of(f"{EXERCISE}\nAfter it.\n")
    magic, starter, check, solution = [c for c in notebook.cells if c.cell_type == "code"]
    assert magic.metadata.tags == ["magics"]
    assert starter.source.startswith("%%may_fail\n")
    assert starter.metadata.tags == ["exercise", "raises-exception"]
    assert solution.metadata.tags == ["solution"]
    assert solution.metadata.jupyter.source_hidden
    assert check.metadata.tags == ["check"]
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    assert "details" not in prose
    assert "After it." in prose


def test_a_check_judges_the_readers_cell_and_not_the_solution(tmp_path: Path) -> None:
    notebook = notebook_of(f"{EXERCISE}\nAfter it.\n")
    starter, check, solution = [c for c in notebook.cells if c.cell_type == "code"][1:]

    def run_all_with(answer: str) -> str:
        starter.source = answer
        NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
        assert not solution.outputs
        text: str = check.outputs[0].text
        return text

    assert run_all_with("...") == "✗ Your code does not define total.\n"
    assert run_all_with("total = 4") == "✗ The total has to be 3.\n"
    assert run_all_with("total = ____").startswith("✗ Line 1 still has a blank")
    assert (
        run_all_with("compile = None\ntotal = 1 + 2")
        == "✓ Right: every case of the check passes.\n"
    )


def test_a_predictions_answer_is_folded() -> None:
    notebook = notebook_of(f"{PREDICTION}\n\n{cell('total = 3')}\n")
    text = notebook.cells[0].source
    assert "- 3\n- 4" in text
    assert "<details><summary>Answer</summary>\n\n3: One and two.\n\n</details>" in text


def test_notebooks_of_chapters_that_are_gone_are_deleted(tmp_path: Path) -> None:
    content, out = tmp_path / "content", tmp_path / "out"
    content.mkdir()
    out.mkdir()
    (out / "01-old-12345678.ipynb").write_text("{}", encoding="utf-8")
    (content / "01-new.md").write_text(cell("print('new')") + "\n", encoding="utf-8")
    (content / "glossary.md").write_text("Only prose.\n", encoding="utf-8")
    chapters = map(read_chapter, sorted(content.glob("*.md")))
    names = write_notebooks(chapters, tmp_path / "cache", out)
    assert [path.name for path in out.iterdir()] == names
    assert len(names) == 1
    assert nbformat.read(out / names[0], as_version=4).cells[-1].outputs[0].text == "new\n"


def test_links_lead_to_the_site_or_are_plain_text() -> None:
    source = "A [leaf](glossary.md#leaf), [before](01-values.md), [out](https://example.org).\n"
    chapter = parse_chapter(Path("02-neuron.md"), source)
    recording = record(chapter)
    here = make_notebook(chapter, recording).cells[0].source
    there = make_notebook(chapter, recording, "https://host/book/").cells[0].source
    assert here.endswith("A leaf, before, [out](https://example.org).")
    assert there.endswith(
        "A [leaf](https://host/book/glossary/#leaf), [before](https://host/book/values/), "
        "[out](https://example.org)."
    )


def test_pictures_travel_inside_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "graph.svg").write_text("<svg/>", encoding="utf-8")
    chapter = parse_chapter(tmp_path / "02-neuron.md", "![A graph](images/graph.svg)\n")
    cell = make_notebook(chapter, record(chapter)).cells[0]
    assert "![A graph](data:image/svg+xml;base64,PHN2Zy8+)" in cell.source
