/** The reader's edits of a page's cells: kept, brought back, and offered beside newer and other people's code. */

import type { Cell } from '../cell/cell';
import { button, element } from '../dom/elements';
import { difference } from './difference';
import { fromFragment, toFragment } from './link';
import type { Store } from '../dom/storage';

interface KeptEdit {
  code: string;
  /** The chapter's code that was edited. */
  base: string;
}

function differenceElement(before: string, after: string): HTMLElement {
  const lines = difference(before, after).map(({ sign, text }) => {
    const tag = sign === '+' ? 'ins' : sign === '-' ? 'del' : 'span';
    return element(tag, {}, `${sign} ${text}\n`);
  });
  return element(
    'details',
    { class: 'live-difference' },
    element('summary', {}, 'Show the difference'),
    element('pre', { tabindex: '0' }, ...lines),
  );
}

export class KeptEdits {
  private warned = false;
  private restoring = false;
  /** What the cells that show a link's code showed before: the reader's own, to come back to. */
  private readonly ownCode = new Map<Cell, string>();

  constructor(
    private readonly chapter: string,
    private readonly cells: readonly Cell[],
    private readonly store: Store,
    private readonly announce: (text: string) => void,
    private readonly warn: (text: string) => void,
  ) {}

  /** Brings back what the reader wrote, then shows what the address carries. */
  async open(hash: string, signal: AbortSignal): Promise<void> {
    for (const cell of this.cells) this.restore(cell);
    addEventListener('storage', (event) => this.fromOtherTab(event), { signal });
    // A link to the page that is open already loads nothing.
    addEventListener('hashchange', () => void this.showShared(location.hash), { signal });
    await this.showShared(hash);
  }

  changed(cell: Cell): void {
    if (this.restoring) return;
    if (this.ownCode.has(cell)) {
      // What a link brought, changed or not, is nobody's until the reader takes it over.
      if (cell.edited) return;
      this.settle(cell);
    }
    this.write(cell);
  }

  /** All cells as the chapter has them. */
  reset(): void {
    for (const cell of this.cells) {
      this.settle(cell);
      this.set(cell, cell.original);
      cell.notice(null);
      this.store.remove(this.key(cell));
    }
  }

  async linkTo(cells: readonly Cell[], anchor: Cell | null): Promise<string> {
    const shared = Object.fromEntries(cells.filter((cell) => cell.edited || cell === anchor).map((cell) => [cell.id, cell.code]));
    const address = new URL(location.href);
    address.hash = Object.keys(shared).length ? await toFragment({ chapter: this.chapter, cells: shared }) : '';
    return address.href;
  }

  private key(cell: Cell): string {
    return `edit:${this.chapter}:${cell.id}`;
  }

  private write(cell: Cell): void {
    if (cell.edited) this.store.write(this.key(cell), { code: cell.code, base: cell.original } satisfies KeptEdit);
    else this.store.remove(this.key(cell));
    if (this.store.lasting || this.warned) return;
    this.warned = true;
    this.warn(
      'This browser does not let the book keep your edits: they last until you leave the page. Copy a link or download the notebook to take them along.',
    );
  }

  /** The cell shows what is the reader's own from now on. */
  private settle(cell: Cell): void {
    if (!this.ownCode.delete(cell)) return;
    cell.fromLink = false;
    cell.notice(null);
  }

  private own(cell: Cell): KeptEdit | null {
    const kept = this.store.read<KeptEdit>(this.key(cell));
    return kept && typeof kept.code === 'string' ? kept : null;
  }

  private set(cell: Cell, code: string): void {
    this.restoring = true;
    cell.code = code;
    this.restoring = false;
  }

  private restore(cell: Cell): void {
    const kept = this.own(cell);
    if (!kept || kept.code === cell.original) return;
    this.set(cell, kept.code);
    if (kept.base === cell.original) return;
    cell.notice(
      element(
        'div',
        { class: 'live-notice' },
        element('p', {}, "The chapter's code has changed since you edited this cell. Your version is shown."),
        differenceElement(kept.code, cell.original),
        button({
          name: `Keep my version of cell ${cell.number}`,
          text: 'Keep my version',
          onClick: () => {
            this.write(cell);
            cell.notice(null);
            cell.focus();
          },
        }),
        button({
          name: `Take the new version of cell ${cell.number}`,
          text: 'Take the new version',
          onClick: () => {
            cell.reset();
            cell.notice(null);
          },
        }),
      ),
    );
  }

  private fromOtherTab(event: StorageEvent): void {
    const key = this.store.keyOf(event);
    const cell = this.cells.find((candidate) => this.key(candidate) === key);
    if (!cell || this.ownCode.has(cell)) return;
    const code = this.own(cell)?.code ?? cell.original;
    if (code === cell.code) return;
    if (!cell.element.contains(document.activeElement)) {
      this.set(cell, code);
      return;
    }
    cell.notice(
      element(
        'div',
        { class: 'live-notice' },
        element('p', {}, 'This cell was changed in another tab.'),
        differenceElement(cell.code, code),
        button({
          name: `Take the other version of cell ${cell.number}`,
          text: 'Take the other version',
          onClick: () => {
            this.set(cell, code);
            cell.notice(null);
          },
        }),
        button({
          name: `Keep this version of cell ${cell.number}`,
          text: 'Keep this version',
          onClick: () => {
            cell.notice(null);
            this.changed(cell);
          },
        }),
      ),
    );
  }

  private async showShared(hash: string): Promise<void> {
    let shared: Awaited<ReturnType<typeof fromFragment>>;
    try {
      shared = await fromFragment(hash);
    } catch {
      this.warn('The code in this link could not be read: the link may have been cut. The chapter shows its own code.');
      return;
    }
    if (!shared) return;
    const code = new Map(shared.chapter === this.chapter ? Object.entries(shared.cells) : []);
    const shown = this.cells.filter((cell) => code.has(cell.id));
    if (!shown.length) {
      this.warn('The cells that this link carries are not in this chapter. The chapter shows its own code.');
      return;
    }
    for (const cell of shown) this.showFromLink(cell, code.get(cell.id)!);
    shown[0]!.element.scrollIntoView({ block: 'center' });
    if (this.ownCode.size) this.announce('This link brought code of someone else. It is marked, and runs only when you run it.');
  }

  private showFromLink(cell: Cell, code: string): void {
    const before = this.ownCode.get(cell) ?? cell.code;
    if (code === before) return;
    this.ownCode.set(cell, before);
    cell.fromLink = true;
    this.set(cell, code);
    const back = before === cell.original ? "Back to the chapter's code" : 'Back to my code';
    cell.notice(
      element(
        'div',
        { class: 'live-notice live-from-link' },
        element(
          'p',
          {},
          'Code of someone else, from the link that you opened. Read it before you run it: it can compute, change the variables of this page and use the network, but not reach what the browser keeps. Your own code is kept; changes of this code are kept once it is yours.',
        ),
        button({
          name: `${back} in cell ${cell.number}`,
          text: back,
          onClick: () => {
            this.settle(cell);
            this.set(cell, before);
            cell.focus();
          },
        }),
        button({
          name: `Keep it as mine in cell ${cell.number}`,
          text: 'Keep it as mine',
          onClick: () => {
            this.settle(cell);
            this.write(cell);
            cell.focus();
          },
        }),
      ),
    );
  }
}
