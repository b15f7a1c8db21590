"""Open a chapter, run all of it, change a cell, stop one, and do without the network.

One reader does all this in one page, in this order.
"""

from __future__ import annotations

import pytest
from book.chapter import read_chapter

from tests.browser.conftest import CHAPTER, FIRST_LOSS, LAST_LOSS
from tests.browser.contents import ROOT
from tests.browser.floods import FLOODS
from tests.browser.outputs import holds_number
from tests.browser.test_edits import link
from tests.browser.test_playground import CODE, native, parameters
from tests.browser.test_reach import TRY
from tests.browser.test_robust import ENDLESS, ENDLESS_CALLS
from tests.browser.test_snapshot import OTHER_BOOK
from tests.other_browsers.driver import expect
from tests.other_browsers.reader import Reader


def test_run_all_computes_the_source_chapters_losses(reader: Reader) -> None:
    reader.open(CHAPTER)
    put = f"caches.open('{OTHER_BOOK}').then(cache => cache.put('memory?of=it', new Response('x')))"
    reader.driver.evaluate(put)
    # What was recorded at build time must not be what is found.
    reader.driver.evaluate(
        "document.querySelectorAll('[data-recorded]').forEach(region => region.replaceChildren())"
    )
    reader.press("Run all")
    reader.expect_states("done")
    reader.expect_status("Ready")
    shown: str = reader.driver.evaluate(
        "[...document.querySelectorAll('.live-output')].map(o => o.textContent).join('\\n')"
    )
    assert holds_number(shown, FIRST_LOSS)
    assert holds_number(shown, LAST_LOSS)


def test_a_graph_is_drawn(reader: Reader) -> None:
    reader.run(1, "from micrograd import Value, draw; draw.draw_dot(Value(2.0) * 3)")
    drawn = "document.querySelector('.live-cell[data-cell=\"1\"] .out svg g.node')"
    expect(reader.driver, drawn, "a drawing of a graph is shown")


def test_an_edit_changes_what_is_shown(reader: Reader) -> None:
    reader.run(1, "kept = 6 * 7; print(kept)")
    reader.expect_output(1, "42")


def test_an_endless_loop_is_stopped_and_the_variables_are_kept(reader: Reader) -> None:
    reader.run(1, "print('at', 'work', flush=True)\nwhile True: pass")
    reader.expect_output(1, "at work")
    reader.press("Stop")
    reader.expect_output(1, "KeyboardInterrupt")
    reader.expect_status("Stopped")
    reader.run(1, "print(kept + 1)")
    reader.expect_output(1, "43")


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_is_stopped_and_the_variables_are_kept(reader: Reader, kind: str) -> None:
    # In one line, since typed lines are indented by the editor.
    reader.run(1, f"kept = {kind!r}; exec({FLOODS[kind]!r})")
    reader.expect_output(1, "line")
    reader.press("Stop")
    reader.expect_status("Stopped. Variables are kept")
    reader.run(1, "print('kept', kept)")
    reader.expect_output(1, f"kept {kind}")


def test_calls_without_end_are_errors_and_the_variables_are_kept(reader: Reader) -> None:
    """The lines of each, in one program: a first one that ends Python ends them all."""
    program = f"{ENDLESS}raised = 0\n" + "".join(
        f"try:\n    print(repr({call}))\nexcept RecursionError:\n    raised += 1\n"
        for call in ENDLESS_CALLS
    )
    reader.run(1, f"kept = 42; exec({program!r}); print('raised', raised, 'kept', kept)")
    reader.expect_output(1, f"raised {len(ENDLESS_CALLS)} kept 42")


def test_an_endless_sleep_is_stopped(reader: Reader) -> None:
    reader.run(1, "import asyncio; print('at', 'rest'); await asyncio.sleep(9999)")
    reader.expect_output(1, "at rest")
    reader.press("Stop")
    reader.expect_status("Stopped")


def test_a_cell_asks_for_input(reader: Reader) -> None:
    reader.run(1, "print(input('Who? ').upper())")
    field = '//*[@aria-label="Output of cell 1"]//input'
    waits = "document.querySelector('.live-cell[data-cell=\"1\"] .live-output input')"
    expect(reader.driver, waits, "cell 1 asks")
    reader.driver.click(field)
    reader.driver.replace("ada")
    reader.press("Enter")
    reader.expect_output(1, "ADA")


def test_a_cell_reaches_nothing_that_outlives_it(reader: Reader) -> None:
    reader.run(1, f"exec({TRY!r})")
    reader.expect_output(1, "reached 0 of")


def test_later_pages_start_from_the_snapshot_of_a_start(reader: Reader) -> None:
    saved = "document.documentElement.dataset.pythonSnapshot === 'saved'"
    expect(reader.driver, saved, "the snapshot of Python is saved")
    # Of one text the hash differs from start to start, and is the same in one snapshot.
    hashes = []
    for _ in range(2):
        reader.open("a-neuron-by-hand/")
        reader.run(1, "print(hash('text'), 'it', 'is')")
        reader.expect_output(1, "it is")
        hashes.append(reader.output(1))
    assert hashes[0] == hashes[1]
    others = f"caches.open('{OTHER_BOOK}').then(cache => cache.keys()).then(keys => keys.length)"
    assert reader.driver.evaluate(others) == 1, "another book on this origin has lost its own"


def test_a_links_code_runs_only_at_a_press_on_its_own_cell(reader: Reader) -> None:
    reader.open(CHAPTER)
    first = "document.querySelector('[data-cell=\"1\"]').dataset.id"
    cells = {reader.driver.evaluate(first): "print('ran', 'it')"}
    reader.open("losses/")
    reader.open(link({"chapter": CHAPTER.rstrip("/"), "cells": cells}))
    reader.press("Run cell 2")
    refused = "document.querySelector('#live-controls').textContent.includes('code from a link')"
    expect(reader.driver, refused, "the page says that it runs no code from a link")
    assert "ran it" not in reader.output(1)
    reader.press("Run cell 1")
    reader.expect_output(1, "ran it")


def test_a_links_solution_is_the_readers_only_once_it_is_kept(reader: Reader) -> None:
    reader.open("values-and-graphs/")
    cell = "document.querySelector('.live-exercise[data-exercise=value] [data-cell]').dataset"
    number = reader.driver.evaluate(f"{cell}.cell")
    chapter = read_chapter(ROOT / "content" / "01-values-and-graphs.md")
    cells = {reader.driver.evaluate(f"{cell}.id"): chapter.exercises["value"].solution.source}
    reader.open("losses/")
    reader.open(link({"chapter": "values-and-graphs", "cells": cells}, "values-and-graphs/"))
    verdict = "document.querySelector('.live-exercise[data-exercise=value] .live-verdict')"
    reader.press(f"Check cell {number}")
    foreign = f"{verdict}.textContent.includes('It is code from a link')"
    expect(reader.driver, foreign, "the check says whose code it is")
    done = "document.querySelector('.live-exercises').textContent"
    assert reader.driver.evaluate(f"{done}.startsWith('0 of')")
    reader.press(f"Keep it as mine in cell {number}")
    reader.press(f"Check cell {number}")
    expect(reader.driver, f"{verdict}.dataset.verdict === 'done'", "the solution is right")
    expect(reader.driver, f"{done}.startsWith('1 of')", "the exercise is the reader's")


def test_the_playground_trains_and_draws(reader: Reader) -> None:
    reader.open("playground/")
    for epoch in 1, 2:
        reader.press("Step: train one epoch")
        counted = f"document.querySelector('.pg-epoch').textContent === 'Epoch {epoch}'"
        expect(reader.driver, counted, f"epoch {epoch} is drawn")
    trained = native(CODE, 2)
    reader.driver.evaluate("document.querySelector('.pg-table:not(.pg-challenges)').open = true")
    filled = "document.querySelector('.pg-table tbody input')?.value"
    expect(reader.driver, filled, "the weights stand in the table")
    weights = reader.driver.evaluate(
        "[...document.querySelectorAll('.pg-table tbody input')].map(box => Number(box.value))"
    )
    assert weights == pytest.approx(parameters(trained), abs=1e-9)
    colours = reader.driver.evaluate(
        """(canvas => new Set(new Uint32Array(
            canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer
        )).size)(document.querySelector('.pg-plane canvas'))"""
    )
    assert colours > 20
    reader.press("Play")
    moved = r"/Epoch \d\d/.test(document.querySelector('.pg-epoch').textContent)"
    expect(reader.driver, moved, "the training goes on by itself")
    reader.press("Pause")


def test_the_book_is_read_and_run_without_a_network(reader: Reader) -> None:
    kept = "document.documentElement.dataset.offline === 'ready'"
    expect(reader.driver, kept, "the whole book is kept")
    reader.site.close()
    reader.driver.reload()
    reader.expect_status("Not started")
    reader.run(1, "print(3 * 37)")
    reader.expect_output(1, "111")


def test_nothing_went_wrong_on_the_way(reader: Reader) -> None:
    assert reader.driver.problems == []
