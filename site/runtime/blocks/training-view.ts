/** Loss curve and decision boundary while training runs; its button holds the training itself. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { button, element } from '../page/elements';
import { arrange } from './training-picture';
import { askPause, onPaused } from './pausing';

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

type PauseState = 'running' | 'pausing' | 'paused' | 'resuming';

const BUTTON: Record<PauseState, string> = { running: 'Pause', pausing: 'Pausing…', paused: 'Go on', resuming: 'Pause' };

export function renderTraining(first: MimeBundle): Rendered {
  let newest = first;
  let scheduled = false;
  let picture = renderStandard(first);
  let state: PauseState = 'running';
  const gone = new AbortController();
  const figures = element('p', { class: 'live-training-words', 'aria-live': 'off' });
  const pause = button({ text: BUTTON.running, icon: 'pause', className: 'live-pause', onClick: () => {
    const hold = state === 'running' || state === 'resuming';
    become(hold ? 'pausing' : 'resuming');
    askPause(hold);
  } });
  pause.title = 'Hold the training where it is, or let it go on';
  const whole = element('div', { class: 'out out-training' }, picture, element('div', { class: 'live-scrubber' }, pause, figures));

  function become(next: PauseState): void {
    state = next;
    pause.querySelector('.live-button-text')!.textContent = BUTTON[state];
    say();
  }
  function say(): void {
    figures.textContent = `${words(newest[TRAINING] as TrainingPayload)}${state === 'paused' ? ', paused' : ''}`;
  }
  function draw(): void {
    const next = renderStandard(newest);
    arrange(next);
    picture.replaceWith(next);
    picture = next;
    say();
    pause.hidden = (newest[TRAINING] as TrainingPayload).done;
  }

  onPaused((paused) => become(paused ? 'paused' : 'running'), gone.signal);
  draw();
  return {
    element: whole,
    dispose: () => gone.abort(),
    update: (data) => {
      if (data[TRAINING] === undefined) return false;
      newest = data;
      if (!scheduled) {
        scheduled = true;
        const later = document.hidden ? (run: () => void) => setTimeout(run, 100) : requestAnimationFrame;
        later(() => {
          scheduled = false;
          draw();
        });
      }
      return true;
    },
  };
}
