/** A drawing of a graph whose gradients the reader fills in; each field answers by itself. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { element } from '../dom/elements';
import { judge } from './quiz-answers';
import type { QuizBox, QuizPayload } from './quiz-answers';

export const QUIZ = 'application/vnd.micrograd.quiz+json';

const SVG = 'http://www.w3.org/2000/svg';

/** Puts a field in the place of a box's last row. */
function fieldIn(node: SVGGElement, box: QuizBox): HTMLInputElement | null {
  const shape = node.querySelector('polygon');
  const row = [...node.querySelectorAll('text')].at(-1);
  if (!shape || !row) return null;
  const corners = shape
    .getAttribute('points')!
    .trim()
    .split(/\s+/)
    .map((corner) => corner.split(',').map(Number) as [number, number]);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const bottom = Math.max(...ys);
  // The last line between two rows lies above the last row.
  const lines = [...node.querySelectorAll('polyline')].map((line) =>
    Number(
      line
        .getAttribute('points')!
        .trim()
        .split(/[\s,]+/)[1],
    ),
  );
  const top = Math.max(...lines, Math.min(...ys));
  const place = document.createElementNS(SVG, 'foreignObject');
  const size = { x: Math.min(...xs), y: top, width: Math.max(...xs) - Math.min(...xs), height: bottom - top };
  for (const [name, value] of Object.entries(size)) place.setAttribute(name, String(value));
  const field = element('input', {
    type: 'text',
    class: 'live-quiz-field',
    placeholder: 'grad ?',
    'aria-label': `Gradient of ${box.title}`,
    inputmode: 'text',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  place.append(field);
  row.remove();
  node.append(place);
  return field;
}

/** Makes a drawing that is already there a quiz. */
export function addQuiz(drawing: HTMLElement, payload: QuizPayload): HTMLElement {
  // The picture is no image any more: it has fields in it.
  for (const picture of drawing.querySelectorAll('svg')) picture.setAttribute('role', 'group');
  drawing.removeAttribute('tabindex');
  const words = element('p', { class: 'live-quiz-words', 'aria-live': 'polite' });
  const count = element('p', { class: 'live-quiz-count' });
  const boxes = payload.boxes.map((box) => ({ box, fields: [] as HTMLInputElement[], wrong: 0, right: false, judged: '' }));
  const say = (): void => {
    const right = boxes.filter((one) => one.right).length;
    count.textContent = right === boxes.length ? `✓ All ${right} gradients are right.` : `${right} of ${boxes.length} gradients`;
    count.toggleAttribute('data-done', right === boxes.length);
  };
  const next = (after: number): void => {
    const order = [...boxes.slice(0, after).reverse(), ...boxes.slice(after + 1).reverse()];
    order
      .find((one) => !one.right)
      ?.fields.find((field) => field.getClientRects().length)
      ?.focus();
  };
  const answer = (one: (typeof boxes)[number], text: string): void => {
    if (text === one.judged || !text.trim()) return;
    one.judged = text;
    const { right, words: said } = judge(one.box, text, one.wrong);
    one.right = right;
    if (!right) one.wrong += 1;
    for (const field of one.fields) {
      field.value = text;
      field.dataset.verdict = right ? 'right' : 'wrong';
      field.setAttribute('aria-invalid', String(!right));
    }
    words.dataset.verdict = right ? 'right' : 'wrong';
    words.textContent = `${right ? '✓' : '✗'} ${one.box.title}, ${text.trim()}: ${right ? 'right.' : 'not yet.'} ${said}`.trim();
    say();
  };
  for (const [place, one] of boxes.entries()) {
    for (const node of drawing.querySelectorAll<SVGGElement>(`g.node.${CSS.escape(one.box.name)}`)) {
      const field = fieldIn(node, one.box);
      if (!field) continue;
      one.fields.push(field);
      field.addEventListener('change', () => answer(one, field.value));
      field.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        answer(one, field.value);
        if (one.right) next(place);
      });
    }
  }
  words.textContent = `The gradient of ${payload.root} is given. Type the others, from ${payload.root} backwards, and press Enter.`;
  say();
  const group = element('div', { class: 'live-quiz', role: 'group', 'aria-label': `Quiz: the gradients of ${payload.root}` });
  drawing.replaceWith(group);
  group.append(drawing, words, count);
  return group;
}

export function renderQuiz(data: MimeBundle): Rendered {
  const drawing = renderStandard(data);
  if (data['image/svg+xml'] === undefined) return { element: drawing };
  const whole = element('div', { class: 'out out-quiz' }, drawing);
  addQuiz(drawing, data[QUIZ] as QuizPayload);
  return { element: whole };
}
