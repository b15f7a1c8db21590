/** A word of the glossary shows its definition beside it; the page stays. */

import { element } from '../dom/elements';

/** Between the word and its definition, and between the definition and the window's edge; in pixels. */
const GAP = 6;

/** Opens a term's definition at a click, a tap or Enter on its link; Escape closes it. */
export function openTermsInPlace(root: Document): void {
  let open: { link: HTMLAnchorElement; note: HTMLElement } | null = null;

  const close = (): void => {
    if (!open) return;
    const { link, note } = open;
    open = null;
    if (note.contains(root.activeElement)) link.focus({ preventScroll: true });
    note.remove();
    link.setAttribute('aria-expanded', 'false');
  };

  root.addEventListener('click', (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>('a.term');
    if (!link) {
      if (!open?.note.contains(target)) close();
      return;
    }
    // Whoever asks for another tab or window gets the glossary there.
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const again = open?.link === link;
    close();
    if (again) return;
    const note = definition(link);
    open = { link, note };
    link.setAttribute('aria-expanded', 'true');
    link.after(note);
    place(note, link);
    note.focus({ preventScroll: true });
    note.scrollIntoView({ block: 'nearest' });
  });

  root.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !open) return;
      event.stopPropagation();
      open.link.focus({ preventScroll: true });
      close();
    },
    { capture: true },
  );

  root.addEventListener('focusin', (event) => {
    const to = event.target as Node;
    if (open && !open.note.contains(to) && to !== open.link) close();
  });
  window.addEventListener('resize', () => {
    if (open) place(open.note, open.link);
  });
}

function definition(link: HTMLAnchorElement): HTMLElement {
  const { term = '', definition: text = '' } = link.dataset;
  // Of spans: it stands inside a paragraph.
  return element(
    'span',
    { class: 'live-term', role: 'note', tabindex: '-1', 'aria-label': `${term}: ${text}` },
    element('strong', {}, term),
    ' ',
    text,
  );
}

/** Below the word, as wide as its own words are, and inside the column of text. */
function place(note: HTMLElement, link: HTMLElement): void {
  const word = [...link.getClientRects()].at(-1)!;
  note.style.left = note.style.top = '0';
  const zero = note.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(word.left, document.documentElement.clientWidth - zero.width - GAP));
  note.style.left = `${left - zero.left}px`;
  note.style.top = `${word.bottom + GAP - zero.top}px`;
}
