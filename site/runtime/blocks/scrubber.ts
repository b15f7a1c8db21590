/** Steps through the backward pass on its drawing, forwards and backwards. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { button, element } from '../dom/elements';
import { fourDecimals, gradientsAfter } from './scrubber-walk';
import type { ScrubberPayload } from './scrubber-walk';

export const SCRUBBER = 'application/vnd.micrograd.scrubber+json';

/** Scrolls a drawing that is wider than the page to the nodes, or to the last where not all have room. */
function reveal(drawing: HTMLElement, nodes: Element[]): void {
  const frame = drawing.getBoundingClientRect();
  const places = nodes.map((node) => node.getBoundingClientRect());
  let left = Math.min(...places.map((place) => place.left));
  let right = Math.max(...places.map((place) => place.right));
  if (left >= frame.left && right <= frame.right) return;
  if (right - left > frame.width) ({ left, right } = places.at(-1)!);
  drawing.scrollLeft += (left + right - frame.left - frame.right) / 2;
}

/** Puts the controls under a drawing that is already there. */
export function addScrubber(drawing: HTMLElement, payload: ScrubberPayload): HTMLElement {
  const last = payload.steps.length;
  const slider = element('input', {
    type: 'range',
    min: '0',
    max: String(last),
    step: '1',
    value: '0',
    'aria-label': 'Step of the backward pass',
  });
  const words = element('p', { class: 'live-scrubber-words', 'aria-live': 'polite' });
  const show = (count: number): void => {
    slider.value = String(count);
    for (const marked of drawing.querySelectorAll('.live-current, .live-added')) marked.classList.remove('live-current', 'live-added');
    for (const [name, gradient] of gradientsAfter(payload, count)) {
      const text = drawing.querySelectorAll(`g.node.${CSS.escape(name)} text`)[2];
      if (text) text.textContent = `grad ${fourDecimals(gradient)}`;
    }
    const step = payload.steps[count - 1];
    if (step) {
      const [node, operand] = [step.node, step.operand].map((name) => drawing.querySelector(`g.node.${CSS.escape(name)}`));
      node?.classList.add('live-current');
      operand?.classList.add('live-added');
      if (node && operand) reveal(drawing, [node, operand]);
    }
    const said = step?.text ?? 'Before the backward pass every gradient is 0.';
    words.textContent = `${count} of ${last}. ${said}`;
    slider.setAttribute('aria-valuetext', `Step ${count} of ${last}`);
  };
  const move = (by: number): void => show(Math.min(Math.max(Number(slider.value) + by, 0), last));
  slider.addEventListener('input', () => show(slider.valueAsNumber));
  const controls = element(
    'div',
    { class: 'live-scrubber', role: 'group', 'aria-label': 'Backward pass' },
    button({ name: 'Step back', text: 'Back', icon: 'previous', onClick: () => move(-1) }),
    slider,
    button({ name: 'Step forward', text: 'Forward', icon: 'next', onClick: () => move(1) }),
    words,
  );
  show(0);
  return controls;
}

export function renderScrubber(data: MimeBundle): Rendered {
  const drawing = renderStandard(data);
  if (data['image/svg+xml'] === undefined) return { element: drawing };
  const whole = element('div', { class: 'out out-scrubber' }, drawing);
  whole.append(addScrubber(drawing, data[SCRUBBER] as ScrubberPayload));
  return { element: whole };
}
