/** Steps through the backward pass on its drawing, forwards and backwards. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { button, element } from '../dom/elements';
import { gradientsAfter, judgeNext, short, turnOf } from './scrubber-walk';
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

/** A wrong way beside the right one: the gradients that each of them ends with, or has so far. */
function comparison(payload: ScrubberPayload, name: string, now: ReturnType<typeof gradientsAfter>): HTMLElement {
  const right = gradientsAfter(payload, payload.steps.length);
  const row = (title: string, gradients: typeof right, marked: boolean): HTMLElement => {
    const cells = payload.values.map((value) => {
      const gradient = gradients.get(value.name)!;
      const differs = marked && short(gradient) !== short(right.get(value.name)!);
      return element(
        'td',
        differs ? { class: 'live-differs' } : {},
        short(gradient),
        differs && element('span', { class: 'live-hidden' }, ', differs'),
      );
    });
    return element('tr', {}, element('th', { scope: 'row' }, title), ...cells);
  };
  const names = payload.values.map((value) => element('th', { scope: 'col' }, value.label || value.operation || 'leaf'));
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, element('td', {}, 'grad'), ...names)),
    element('tbody', {}, row('right, at its end', right, false), row(`${name}, so far`, now, true)),
  );
}

/** Puts the controls under a drawing that is already there. */
export function addScrubber(drawing: HTMLElement, payload: ScrubberPayload): HTMLElement {
  let steps = payload.steps;
  let way = '';
  const slider = element('input', { type: 'range', min: '0', step: '1', value: '0', 'aria-label': 'Step of the backward pass' });
  const code = element('code', { class: 'live-scrubber-code' });
  const words = element('p', { class: 'live-scrubber-words', 'aria-live': 'polite' });
  const beside = element('div', { class: 'live-scrubber-beside', hidden: true });
  const boxes = (name: string): Element[] => [...drawing.querySelectorAll(`g.node.${CSS.escape(name)}`)];

  const show = (count: number): void => {
    slider.value = String(count);
    for (const marked of drawing.querySelectorAll('.live-current, .live-added')) marked.classList.remove('live-current', 'live-added');
    const gradients = gradientsAfter({ ...payload, steps }, count);
    for (const [name, gradient] of gradients) {
      for (const box of boxes(name)) [...box.querySelectorAll('text')].at(-1)!.textContent = `grad ${short(gradient)}`;
    }
    const step = steps[count - 1];
    if (step) {
      const [nodes, operands] = [boxes(step.node), boxes(step.operand)];
      for (const node of nodes) node.classList.add('live-current');
      for (const operand of operands) operand.classList.add('live-added');
      const number = step.node.replace('value-', '');
      for (const edge of drawing.querySelectorAll(`g.edge.to-${number}.operand-${step.place}`)) edge.classList.add('live-added');
      const places = shown([...nodes, ...operands]);
      if (places.length) reveal(drawing, places);
    }
    code.textContent = step?.code ?? 'operand.grad += slope * node.grad';
    words.textContent = `${count} of ${steps.length}. ${step?.text ?? 'Before the backward pass every gradient is 0.'}`;
    slider.setAttribute('aria-valuetext', `Step ${count} of ${steps.length}`);
    beside.hidden = !way;
    if (way) beside.replaceChildren(comparison(payload, way, gradients));
    const asked = !question.hidden && !way && count < steps.length;
    for (const guess of question.querySelectorAll('button')) guess.disabled = !asked;
  };
  const move = (by: number): void => {
    const count = Math.min(Math.max(slider.valueAsNumber + by, 0), steps.length);
    show(count);
    const step = steps[count - 1];
    if (by > 0 && step) flow(drawing, step);
  };
  const choose = (name: string): void => {
    way = name;
    steps = payload.ways.find((one) => one.name === name)?.steps ?? payload.steps;
    slider.max = String(steps.length);
    ask.hidden = Boolean(way);
    if (way) question.hidden = true;
    show(Math.min(slider.valueAsNumber, steps.length));
  };
  const guess = (name: string): void => {
    const count = slider.valueAsNumber;
    const wrong = judgeNext(payload, count, name);
    if (wrong) {
      words.textContent = `✗ ${wrong}`;
      return;
    }
    move(turnOf(payload, count));
    words.textContent = `✓ ${words.textContent.replace(/^\d+ of \d+\. /, '')}`;
  };

  const question = element(
    'div',
    { class: 'live-scrubber-question', role: 'group', 'aria-label': 'Which node hands on its gradient next?', hidden: true },
    element('span', {}, 'Which node hands on its gradient next?'),
    ...[...payload.values]
      .reverse()
      .map(({ name, label, title }) => button({ name: `Next: ${title}`, text: label || title, onClick: () => guess(name) })),
  );
  const ask = button({
    text: 'Ask me',
    onClick: () => {
      question.hidden = !question.hidden;
      ask.setAttribute('aria-pressed', String(!question.hidden));
      show(slider.valueAsNumber);
    },
  });
  ask.title = 'Say yourself which node comes next';
  ask.setAttribute('aria-pressed', 'false');
  const choice = element(
    'select',
    {},
    element('option', { value: '' }, 'the right way'),
    ...payload.ways.map(({ name }) => element('option', { value: name }, name)),
  );
  choice.addEventListener('change', () => choose(choice.value));
  slider.addEventListener('input', () => show(slider.valueAsNumber));
  const controls = element(
    'div',
    { class: 'live-scrubber', role: 'group', 'aria-label': 'Backward pass' },
    button({ name: 'Step back', text: 'Back', icon: 'previous', onClick: () => move(-1) }),
    slider,
    button({ name: 'Step forward', text: 'Forward', icon: 'next', onClick: () => move(1) }),
    payload.ways.length > 0 && element('label', { class: 'live-scrubber-way' }, 'Way ', choice),
    ask,
    code,
    words,
    question,
    beside,
  );
  choose('');
  return controls;
}

export function renderScrubber(data: MimeBundle): Rendered {
  const drawing = renderStandard(data);
  if (data['image/svg+xml'] === undefined) return { element: drawing };
  const whole = element('div', { class: 'out out-scrubber' }, drawing);
  whole.append(addScrubber(drawing, data[SCRUBBER] as ScrubberPayload));
  return { element: whole };
}
