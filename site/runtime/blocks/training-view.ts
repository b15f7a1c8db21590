/** Loss curve and decision boundary while training runs: the newest picture, until the reader pauses it. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { button, element } from '../page/elements';

export const TRAINING = 'application/vnd.micrograd.training+json';

interface TrainingPayload {
  step: number;
  steps: number | null;
  loss: (number | string)[];
  accuracy: number | null;
  done: boolean;
}

function words({ step, steps, loss, accuracy }: TrainingPayload): string {
  const last = loss.at(-1);
  const parts = [`Step ${step}${steps === null ? '' : ` of ${steps}`}`];
  if (last !== undefined) parts.push(`loss ${typeof last === 'number' ? last.toPrecision(4) : last}`);
  if (accuracy !== null) parts.push(`${(accuracy * 100).toFixed(0)} % right`);
  return parts.join(', ');
}

export function renderTraining(first: MimeBundle): Rendered {
  let newest = first;
  let paused = false;
  let scheduled = false;
  let picture = renderStandard(first);
  const figures = element('p', { class: 'live-training-words' });
  const pause = button({ text: 'Pause', icon: 'pause', onClick: () => {
    paused = !paused;
    pause.querySelector('.live-button-text')!.textContent = paused ? 'Go on' : 'Pause';
    if (!paused) draw();
  } });
  pause.title = 'Pause the drawing; the training goes on';
  const whole = element('div', { class: 'out out-training' }, picture, element('div', { class: 'live-scrubber' }, pause, figures));
  const draw = (): void => {
    const payload = newest[TRAINING] as TrainingPayload;
    const next = renderStandard(newest);
    picture.replaceWith(next);
    picture = next;
    figures.textContent = words(payload);
    pause.hidden = payload.done;
  };
  draw();
  return {
    element: whole,
    update: (data) => {
      if (data[TRAINING] === undefined) return false;
      newest = data;
      if (paused && !(data[TRAINING] as TrainingPayload).done) return true;
      if (!scheduled) {
        scheduled = true;
        const later = document.hidden ? (run: () => void) => setTimeout(run, 100) : requestAnimationFrame;
        later(() => {
          scheduled = false;
          if (!paused) draw();
        });
      }
      return true;
    },
  };
}
