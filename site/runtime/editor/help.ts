/** What the running Python knows about the code under the cursor: names to complete, docstrings. */

import { autocompletion, closeCompletion, completionStatus } from '@codemirror/autocomplete';
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { Prec, StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { hoverTooltip, keymap, showTooltip } from '@codemirror/view';
import type { EditorView, Tooltip } from '@codemirror/view';
import { AnsiReader, ansiNodes } from '../output/ansi';
import { codePointOffset, utf16Offset } from './offsets';

export interface EditorHelp {
  /** Names that fit at `cursor`, in code points; null while Python cannot answer. */
  complete(code: string, cursor: number): Promise<{ matches: string[]; start: number; end: number; types?: string[] } | null>;
  /** The documentation of the name at `cursor`, in code points, as terminal text; null where there is none. */
  inspect(code: string, cursor: number): Promise<string | null>;
}

function completions(help: EditorHelp) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.matchBefore(/[\w.]+/);
    if (!context.explicit && (!before || /^\d/.test(before.text))) return null;
    const code = context.state.doc.toString();
    const found = await help.complete(code, codePointOffset(code, context.pos));
    if (!found || context.aborted || !found.matches.length) return null;
    // Whoever has gone on to Run wants no list over the page.
    if (context.view?.hasFocus === false) return null;
    const from = utf16Offset(code, found.start);
    // IPython repeats what stands before the dot; the list is easier to read without it.
    const given = code.slice(from, context.pos);
    const dot = given.lastIndexOf('.') + 1;
    const prefix = given.slice(0, dot);
    return {
      from: from + dot,
      to: utf16Offset(code, found.end),
      options: found.matches.map((match, index) => ({
        label: match.startsWith(prefix) ? match.slice(dot) : match,
        type: found.types?.[index],
      })),
      validFor: /^\w*$/,
    };
  };
}

function documentation(text: string): HTMLElement {
  const element = document.createElement('pre');
  element.className = 'live-documentation';
  element.append(...ansiNodes(new AnsiReader().read(text)));
  return element;
}

const showDocumentation = StateEffect.define<Tooltip | null>();

const documentationTooltip = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(showDocumentation)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

function tooltipAt(pos: number, text: string): Tooltip {
  return { pos, above: true, create: () => ({ dom: documentation(text) }) };
}

/** Shift+Tab after a name shows its documentation; elsewhere the key keeps its other meaning. */
function documentationKey(help: EditorHelp) {
  return (view: EditorView): boolean => {
    const { head, empty } = view.state.selection.main;
    const line = view.state.doc.lineAt(head);
    const before = line.text.slice(0, head - line.from);
    if (!empty || !/[\w.)(]$/.test(before)) return false;
    closeCompletion(view);
    const code = view.state.doc.toString();
    void help.inspect(code, codePointOffset(code, head)).then((text) => {
      if (text && view.state.selection.main.head === head) view.dispatch({ effects: showDocumentation.of(tooltipAt(head, text)) });
    });
    return true;
  };
}

function hideDocumentation(view: EditorView): boolean {
  if (!view.state.field(documentationTooltip)) return false;
  view.dispatch({ effects: showDocumentation.of(null) });
  return true;
}

/** Names that are still looked for do not take the Escape with which a reader leaves the editor. */
function dropPendingCompletion(view: EditorView): boolean {
  if (completionStatus(view.state) === 'pending') closeCompletion(view);
  return false;
}

function hover(help: EditorHelp): Extension {
  return hoverTooltip(
    async (view, pos) => {
      const word = view.state.wordAt(pos);
      if (!word) return null;
      const code = view.state.doc.toString();
      const text = await help.inspect(code, codePointOffset(code, word.to));
      return text ? { ...tooltipAt(word.from, text), end: word.to } : null;
    },
    { hoverTime: 500 },
  );
}

export function pythonHelp(help: EditorHelp): Extension {
  return [
    Prec.highest(keymap.of([{ key: 'Escape', run: dropPendingCompletion }])),
    autocompletion({ override: [completions(help)], icons: false, maxRenderedOptions: 60 }),
    documentationTooltip,
    keymap.of([
      { key: 'Shift-Tab', run: documentationKey(help) },
      { key: 'Escape', run: hideDocumentation },
    ]),
    hover(help),
  ];
}
