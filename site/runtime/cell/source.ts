/** A cell's code: the page's own `<pre>` until its first focus, an editor from then on. */

import editorFile from 'separate:../editor/editor';
import type { Editor, EditorHelp } from '../editor/editor';
import { loadPart } from '../dom/parts';
import { EarlyKeys } from './early-keys';
import { codeOf, insertText, offsetAt, rangeAt, setCode } from './static-code';

export interface SourceOptions {
  label: string;
  help: EditorHelp;
  onChange: (code: string) => void;
  /** The editor could not be loaded: the code is edited as plain text. */
  onPlain: (reason: string) => void;
}

export class Source {
  private editor: Editor | null = null;
  private loading: Promise<void> | null = null;
  private early: EarlyKeys | null = null;
  private errorLine: number | null = null;
  /** Whether the code is edited without the editor. */
  private plain = false;
  /** The code until an editor holds it: what a translator or an extension makes of the page is not run. */
  private text: string;
  private readonly pre: HTMLElement;
  private readonly codeElement: HTMLElement;

  constructor(
    private readonly container: HTMLElement,
    private readonly options: SourceOptions,
    signal: AbortSignal,
  ) {
    const pre = container.querySelector<HTMLElement>('pre');
    if (!pre) throw new Error(`${options.label}: .live-source has no <pre>; build the page again`);
    this.pre = pre;
    this.codeElement = pre.querySelector('code') ?? pre;
    this.text = container.dataset.source ?? codeOf(this.codeElement);
    setCode(this.codeElement, this.text);
    pre.tabIndex = 0;
    pre.setAttribute('role', 'textbox');
    pre.setAttribute('aria-label', options.label);
    pre.setAttribute('aria-multiline', 'true');
    let pressed: number | null = null;
    pre.addEventListener('pointerdown', (event) => (pressed = offsetAt(this.codeElement, event.clientX, event.clientY)), { signal });
    // Material makes the <code> inside focusable where it is wider than the page.
    pre.addEventListener(
      'focusin',
      () => {
        this.loading ??= this.edit(pressed);
        pressed = null;
      },
      { signal },
    );
  }

  get code(): string {
    if (this.editor) return this.editor.code;
    return this.plain ? codeOf(this.codeElement) : this.text;
  }

  set code(code: string) {
    if (code === this.code) return;
    if (this.editor) {
      this.editor.code = code;
    } else {
      this.text = code;
      setCode(this.codeElement, code);
      this.options.onChange(code);
    }
  }

  /** Resolves when what the reader has already typed is in the code; null where it is. */
  get arriving(): Promise<void> | null {
    return !this.editor && this.early?.any ? this.loading : null;
  }

  focus(): void {
    if (this.editor) this.editor.focus(null);
    else (this.plain ? this.codeElement : this.pre).focus({ preventScroll: true });
  }

  /** Marks the line, counted from 1, that an error came from; null takes the mark away. */
  markError(line: number | null): void {
    this.errorLine = line;
    this.editor?.markError(line);
    this.container.classList.toggle('live-source-error', line !== null && !this.editor);
    if (line !== null) this.container.style.setProperty('--live-error-line', String(line));
  }

  destroy(): void {
    this.editor?.destroy();
  }

  /** Brings the editor, and the reader into it at an offset into the code where one is given, unless they have gone on. */
  private async edit(at: number | null): Promise<void> {
    const arrived = new AbortController();
    const early = (this.early = new EarlyKeys(this.pre, arrived.signal));
    const part = await loadPart<typeof import('../editor/editor')>(editorFile).catch((error: unknown) => String(error));
    arrived.abort();
    if (typeof part === 'string') {
      this.early = null;
      this.editAsText(at, early, part);
      return;
    }
    const { Editor } = part;
    const here = this.pre.contains(document.activeElement);
    const editor = new Editor({
      parent: this.container,
      code: this.code,
      label: this.options.label,
      help: this.options.help,
      onChange: this.options.onChange,
    });
    this.pre.remove();
    this.editor = editor;
    this.markError(this.errorLine);
    if (here) editor.focus(at);
    if (early.all) editor.selectAll();
    if (early.text) editor.type(early.text);
  }

  /** What a browser can do itself: the keys go into the code, without colours and help. */
  private editAsText(at: number | null, early: EarlyKeys, reason: string): void {
    const here = this.pre.contains(document.activeElement);
    const code = this.codeElement;
    setCode(code, this.text);
    // The code itself: with the element around it, Firefox would put text beside the code.
    for (const name of ['role', 'aria-label', 'aria-multiline']) {
      code.setAttribute(name, this.pre.getAttribute(name)!);
      this.pre.removeAttribute(name);
    }
    this.pre.removeAttribute('tabindex');
    code.contentEditable = 'plaintext-only';
    code.spellcheck = false;
    this.plain = true;
    code.addEventListener('input', () => this.options.onChange(this.code));
    // Browsers make a `<br>` of it, which is no text.
    code.addEventListener('beforeinput', (event) => {
      if (event.inputType !== 'insertLineBreak' && event.inputType !== 'insertParagraph') return;
      event.preventDefault();
      insertText(code, '\n');
      this.options.onChange(this.code);
    });
    if (here) {
      code.focus();
      const range = rangeAt(code, early.all ? 0 : (at ?? 0), early.all ? codeOf(code).length : (at ?? 0));
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      if (early.text) insertText(code, early.text);
      if (early.any) this.options.onChange(this.code);
    }
    this.options.onPlain(reason);
  }
}
