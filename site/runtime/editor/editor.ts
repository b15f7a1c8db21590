/** The editor of one cell: CodeMirror, set up for short Python. Loaded at the first focus of a cell. */

import { acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, isolateHistory } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, drawSelection, keymap } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';
import { pythonHelp } from './help';
import type { EditorHelp } from './help';
import { highlighting } from './highlighting';

export type { EditorHelp } from './help';

export interface EditorOptions {
  parent: HTMLElement;
  code: string;
  label: string;
  help: EditorHelp;
  onChange: (code: string) => void;
}

const setErrorLine = StateEffect.define<number | null>();
const errorMark = Decoration.line({ class: 'cm-error-line' });

const errorLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setErrorLine)) continue;
      const { doc } = transaction.state;
      const found = effect.value !== null && effect.value >= 1 && effect.value <= doc.lines;
      next = found ? Decoration.set(errorMark.range(doc.line(effect.value!).from)) : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Tab indents once the reader is at work in the editor, and moves on while they only pass through it
 * on their way over the page. (Escape and then Tab always moves on.)
 */
function tabKey(): { extension: ReturnType<typeof keymap.of>; watch: ReturnType<typeof EditorView.updateListener.of> } {
  let atWork = false;
  return {
    extension: keymap.of([
      { key: 'Tab', run: (view) => acceptCompletion(view) || (atWork && indentMore(view)) },
      { key: 'Shift-Tab', run: (view) => atWork && indentLess(view) },
    ]),
    watch: EditorView.updateListener.of((update) => {
      if (update.focusChanged && !update.view.hasFocus) atWork = false;
      if (
        update.transactions.some(
          (transaction) => transaction.isUserEvent('input') || transaction.isUserEvent('delete') || transaction.isUserEvent('select'),
        )
      ) {
        atWork = true;
      }
    }),
  };
}

const KEYS = 'live-editor-keys';

/** Tells those who hear the page how the keyboard leaves an editor; returns the text's id. */
function describeKeys(page: Document): string {
  if (!page.getElementById(KEYS)) {
    const text = page.createElement('p');
    text.id = KEYS;
    text.hidden = true;
    text.textContent = 'Tab indents the code. Escape and then Tab leaves the editor.';
    page.body.append(text);
  }
  return KEYS;
}

export class Editor {
  private readonly view: EditorView;

  constructor({ parent, code, label, help, onChange }: EditorOptions) {
    const tab = tabKey();
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: code,
        extensions: [
          history(),
          drawSelection(),
          python(),
          indentUnit.of('    '),
          EditorState.tabSize.of(4),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          syntaxHighlighting(highlighting),
          errorLine,
          pythonHelp(help),
          tab.extension,
          tab.watch,
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describeKeys(parent.ownerDocument) }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  get code(): string {
    return this.view.state.doc.toString();
  }

  /** Replaces the code as one step that can be undone. */
  set code(code: string) {
    // Soon after the reader's typing, it would be undone together with it.
    const annotations = isolateHistory.of('full');
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: code }, annotations });
  }

  focus(at: number | null): void {
    if (at !== null) this.view.dispatch({ selection: { anchor: Math.min(at, this.view.state.doc.length) } });
    this.view.focus();
  }

  selectAll(): void {
    this.view.dispatch({ selection: { anchor: 0, head: this.view.state.doc.length } });
  }

  /** Inserts text at the cursor, as if the reader had typed it. */
  type(text: string): void {
    this.view.dispatch({ ...this.view.state.replaceSelection(text), userEvent: 'input.type' });
  }

  markError(line: number | null): void {
    // A run divides what the reader wrote: its undo does not go beyond it in one step.
    this.view.dispatch({ effects: setErrorLine.of(line), annotations: isolateHistory.of('full') });
  }

  destroy(): void {
    this.view.destroy();
  }
}
