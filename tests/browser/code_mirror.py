"""An editor of the page or of JupyterLite: both are CodeMirror's."""

from __future__ import annotations

from playwright.sync_api import Locator


def replace_text(editor: Locator, text: str) -> None:
    """Put `text` in place of all that the editor holds.

    By the keyboard: what `fill` selects in the document, CodeMirror may still move back to where a
    click has put its cursor.
    """
    editor.press("ControlOrMeta+a")
    if text:
        editor.page.keyboard.insert_text(text)
    else:
        editor.press("Delete")
