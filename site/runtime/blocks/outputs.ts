/** The outputs' part of the bundle: loaded with the first run, or for a recorded drawing to step through. */

import { QUIZ, addQuiz, renderQuiz } from './quiz';
import type { QuizPayload } from './quiz-answers';
import { SCRUBBER, addScrubber, renderScrubber } from './scrubber';
import type { ScrubberPayload } from './scrubber-walk';
import { addReplay } from './training-replay';
import { TRAINING, renderTraining } from './training-view';
import type { TrainingPayload } from './training-view';
import { registerRenderer } from '../output/mime';

export { OutputArea } from '../output/area';
export { Displays } from '../output/displays';

registerRenderer(QUIZ, renderQuiz);
registerRenderer(SCRUBBER, renderScrubber);
registerRenderer(TRAINING, renderTraining);

/** Gives the drawings and trainings that the build recorded their controls. */
export function enliven(scripts: Iterable<HTMLScriptElement>): void {
  for (const script of scripts) {
    const drawing = script.parentElement!;
    const payload: unknown = JSON.parse(script.textContent);
    if (script.type === SCRUBBER) drawing.after(addScrubber(drawing, payload as ScrubberPayload));
    else if (script.type === QUIZ) addQuiz(drawing, payload as QuizPayload);
    else {
      // The picture that opens a page shows by itself that it moves.
      const play = drawing.closest('.live-cell')?.querySelector('.live-program') !== null;
      const replay = addReplay(drawing, payload as TrainingPayload, { play });
      if (replay) drawing.after(replay);
    }
  }
}
