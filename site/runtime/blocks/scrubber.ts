/** Steps through the backward pass on its drawing, forwards and backwards. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { button, element } from '../dom/elements';
import { gradientsAfter, short } from './scrubber-walk';
import type { ScrubberPayload, ScrubberStep } from './scrubber-walk';

export const SCRUBBER = 'application/vnd.micrograd.scrubber+json';

/** Scrolls a drawing that is wider than the page to the nodes, or to the last where not all have room. */
function reveal(drawing: HTMLElement, nodes: Element[]): void {
  const frame = drawing.getBoundingClientRect();
  const places = nodes.map((node) => node.getBoundingClientRect());
  for (const [low, high, size, scroll] of [
    ['left', 'right', 'width', 'scrollLeft'],
    ['top', 'bottom', 'height', 'scrollTop'],
  ] as const) {
    let first = Math.min(...places.map((place) => place[low]));
    let last = Math.max(...places.map((place) => place[high]));
    if (first >= frame[low] && last <= frame[high]) continue;
    if (last - first > frame[size]) [first, last] = [places.at(-1)![low], places.at(-1)![high]];
    drawing[scroll] += (first + last - frame[low] - frame[high]) / 2;
  }
}

const shown = (elements: Iterable<Element>): SVGGElement[] => [...elements].filter((one) => one.getClientRects().length) as SVGGElement[];

/** Lets the share that a step adds run down the arrows, from the node to its operand. */
function flow(drawing: HTMLElement, step: ScrubberStep): void {
  drawing.querySelectorAll('.live-share').forEach((share) => share.remove());
  const node = step.node.replace('value-', '');
  const ways = [`.from-operation-${node}`, `.to-${node}.operand-${step.place}`];
  const paths = ways.map((way) => shown(drawing.querySelectorAll(`g.edge${way} path`))[0] as unknown as SVGPathElement | undefined);
  if (step.place < 0 || !paths.every((path) => path !== undefined) || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const share = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  share.setAttribute('class', 'live-share');
  share.textContent = short(step.product);
  paths[0]!.closest('.graph')!.append(share);
  const places = paths.flatMap((path) => [1, 0.75, 0.5, 0.25, 0].map((part) => path!.getPointAtLength(part * path!.getTotalLength())));
  share
    .animate(
      places.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` })),
      { duration: 700, easing: 'ease-in-out' },
    )
    .finished.then(
      () => share.remove(),
      () => undefined,
    );
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
      for (const box of drawing.querySelectorAll(`g.node.${CSS.escape(name)}`))
        [...box.querySelectorAll('text')].at(-1)!.textContent = `grad ${short(gradient)}`;
    }
    const step = payload.steps[count - 1];
    if (step) {
      const [nodes, operands] = [step.node, step.operand].map((name) => [...drawing.querySelectorAll(`g.node.${CSS.escape(name)}`)]) as [
        Element[],
        Element[],
      ];
      for (const node of nodes) node.classList.add('live-current');
      for (const operand of operands) operand.classList.add('live-added');
      const number = step.node.replace('value-', '');
      for (const edge of drawing.querySelectorAll(`g.edge.to-${number}.operand-${step.place}`)) edge.classList.add('live-added');
      const places = shown([...nodes, ...operands]);
      if (places.length) reveal(drawing, places);
    }
    const said = step?.text ?? 'Before the backward pass every gradient is 0.';
    words.textContent = `${count} of ${last}. ${said}`;
    slider.setAttribute('aria-valuetext', `Step ${count} of ${last}`);
  };
  const move = (by: number): void => {
    const count = Math.min(Math.max(slider.valueAsNumber + by, 0), last);
    show(count);
    const step = payload.steps[count - 1];
    if (by > 0 && step) flow(drawing, step);
  };
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
