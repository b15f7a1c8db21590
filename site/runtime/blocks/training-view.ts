/** Loss curve and decision boundary while training runs; its button holds the training itself. */

import type { MimeBundle, Rendered } from '../output/mime';
import { renderStandard } from '../output/mime';
import { button, element } from '../dom/elements';
import { arrange } from './training-picture';
import { askPause, onPaused } from './pausing';
import { addReplay, momentWords } from './training-replay';
import type { ReplayPayload } from './training-replay';

export const TRAINING = 'application/vnd.micrograd.training+json';

export interface TrainingPayload extends ReplayPayload {
  step: number;
  accuracy: number | null;
  done: boolean;
}

function wordsOf({ step, steps, loss, accuracy }: TrainingPayload): string {
  return momentWords(step, steps, loss.at(-1), accuracy);
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
  const pause = button({
    text: BUTTON.running,
    icon: 'pause',
    className: 'live-pause',
    onClick: () => {
      const hold = state === 'running' || state === 'resuming';
      become(hold ? 'pausing' : 'resuming');
      askPause(hold);
    },
  });
  pause.title = 'Hold the training where it is, or let it go on';
  const controls = element('div', { class: 'live-scrubber' }, pause, figures);
  const whole = element('div', { class: 'out out-training' }, picture, controls);

  function become(next: PauseState): void {
    state = next;
    pause.querySelector('.live-button-text')!.textContent = BUTTON[state];
    say();
  }
  function say(): void {
    figures.textContent = `${wordsOf(newest[TRAINING] as TrainingPayload)}${state === 'paused' ? ', paused' : ''}`;
  }
  function draw(): void {
    const next = renderStandard(newest);
    arrange(next);
    picture.replaceWith(next);
    picture = next;
    say();
    const payload = newest[TRAINING] as TrainingPayload;
    if (!payload.done) return;
    const replay = addReplay(picture, payload);
    if (replay) controls.replaceWith(replay);
    else pause.hidden = true;
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
