/** A cell's output region: what the kernel sends, drawn in batches. */

import type { OutputMessage } from '../kernel/protocol';
import { errorElement } from './error-view';
import type { CellOfExecution, ErrorContent } from './error-view';
import { DRAWING, note, render } from './mime';
import type { DrawingPayload, MimeBundle, Rendered } from './mime';
import { remember, takePlaces } from './redrawing';
import type { Displays } from './displays';
import { StreamView } from './stream-view';
import { errorLine, parseTraceback } from './traceback';
import { element } from '../dom/elements';
import { makeReachable } from '../dom/scrollable';

/** Rich outputs of one run that are shown; a loop can make them by the thousand. */
const RICH_LIMIT = 200;

interface DisplayContent {
  data: MimeBundle;
  transient?: { display_id?: string };
}

export class OutputArea {
  private stream: StreamView | null = null;
  private rendered: Rendered[] = [];
  private richCount = 0;
  /** Drawings of graphs that this run has shown. */
  private drawn = 0;
  private clearOnNext = false;
  private scheduled = false;
  private lastError: ErrorContent | null = null;
  /** The drawings that the last run left, until this one has shown its own. */
  private before: ReturnType<typeof remember> = [];
  /** What Python asks and nobody has answered. */
  private question: HTMLElement | null = null;

  constructor(
    readonly region: HTMLElement,
    private readonly displays: Displays,
    private readonly cellOf: CellOfExecution,
  ) {}

  /** Begins a run. With `keep`, what stands stays until the run's first output, so that nothing flickers. */
  begin({ keep = false } = {}): void {
    this.lastError = null;
    this.region.removeAttribute('data-recorded');
    this.region.setAttribute('aria-busy', 'true');
    // What the run shows again must not make the page jump.
    this.region.style.minHeight = `${this.region.offsetHeight}px`;
    if (keep) this.clearOnNext = true;
    else this.clear();
  }

  end(): void {
    if (this.clearOnNext) this.clear();
    this.before = [];
    this.flush();
    this.question?.remove();
    this.question = null;
    this.region.style.minHeight = '';
    this.region.removeAttribute('aria-busy');
    this.region.hidden = !this.region.hasChildNodes();
    makeReachable(this.region);
  }

  /** The line of the cell's own code that the last run's error came from. */
  errorLine(execution: number | undefined): number | null {
    return this.lastError ? errorLine(parseTraceback(this.lastError.traceback), execution) : null;
  }

  /** Asks the reader for a line of text. */
  ask(prompt: string, password: boolean): Promise<string> {
    return new Promise((resolve) => {
      const input = element('input', {
        type: password ? 'password' : 'text',
        autocomplete: 'off',
        autocapitalize: 'off',
        autocorrect: 'off',
        spellcheck: 'false',
      });
      const form = element(
        'form',
        { class: 'out out-input' },
        element('label', {}, element('span', {}, prompt || 'Input'), input),
        element('button', { class: 'live-button live-primary' }, 'Enter'),
      );
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        this.question = null;
        form.replaceWith(element('pre', { class: 'out out-stream out-stdout' }, `${prompt}${password ? '' : input.value}`));
        resolve(input.value);
      });
      this.question?.remove(); // Python no longer waits for it
      this.question = form;
      this.append(form);
      input.focus();
    });
  }

  message({ type, bundle }: OutputMessage): void {
    switch (type) {
      case 'stream':
        this.write(bundle.name, bundle.text);
        break;
      case 'display_data':
      case 'execute_result':
        this.display(bundle as DisplayContent);
        break;
      case 'update_display_data': {
        const { data, transient } = bundle as DisplayContent;
        if (transient?.display_id) this.displays.update(transient.display_id, data);
        break;
      }
      case 'clear_output':
        if (bundle.wait) this.clearOnNext = true;
        else this.clear();
        break;
      case 'execute_error':
        this.showError(bundle);
        break;
    }
  }

  showError(content: ErrorContent): void {
    this.lastError = content;
    this.append(errorElement(content, this.cellOf));
  }

  /** A line of the page's own, such as that the run was stopped. */
  showNote(text: string): void {
    this.append(note(text));
  }

  clear(): void {
    this.clearOnNext = false;
    if (this.region.isConnected) this.before = remember(this.region);
    this.displays.remove(this.rendered);
    this.rendered = [];
    this.richCount = 0;
    this.drawn = 0;
    this.stream = null;
    this.region.replaceChildren();
  }

  private write(name: string, text: string): void {
    if (this.clearOnNext) this.clear();
    if (this.stream?.name !== name) {
      this.flush();
      this.stream = new StreamView(name);
      this.region.append(this.stream.element);
    }
    this.stream.write(text);
    this.schedule();
  }

  private display({ data, transient }: DisplayContent): void {
    // What displays itself leaves an empty result behind in Pyodide's kernel.
    if (!Object.keys(data).length && !transient?.display_id) return;
    if (this.clearOnNext) this.clear();
    this.richCount += 1;
    if (this.richCount > RICH_LIMIT) {
      if (this.richCount === RICH_LIMIT + 1) this.append(note(`More than ${RICH_LIMIT} displays: the others are not shown.`));
      return;
    }
    const rendered = this.pending(data) ?? render(data);
    this.rendered.push(rendered);
    if (transient?.display_id) this.displays.add(transient.display_id, rendered);
    this.append(rendered.element);
    // The drawings of one run stand in the order in which they were made.
    const count = this.region.querySelectorAll('.out-svg:has(.graph)').length;
    if (count > this.drawn && this.before.length) takePlaces(rendered.element, this.before.slice(this.drawn));
    this.drawn = count;
  }

  /** What stands in the place of a drawing while Graphviz is loaded: the drawing before, if there is one. */
  private pending(data: MimeBundle): Rendered | null {
    const old = this.before[this.drawn]?.element;
    if (!old || !(data[DRAWING] as DrawingPayload | undefined)?.pending) return null;
    old.classList.remove('out');
    return {
      element: element('div', { class: 'out out-pending' }, element('p', { class: 'live-hidden' }, String(data['text/plain'])), old),
    };
  }

  private append(child: HTMLElement): void {
    if (this.clearOnNext) this.clear();
    this.flush();
    this.stream = null;
    this.region.hidden = false;
    this.region.append(child);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    // A page in the background gets no animation frames.
    const later = document.hidden ? (run: () => void) => setTimeout(run, 100) : requestAnimationFrame;
    later(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    if (!this.stream) return;
    this.region.hidden = false;
    this.stream.flush();
  }
}
