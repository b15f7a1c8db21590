/** The outputs' part of the bundle: loaded with the first run, or for a recorded drawing to step through. */

import { SCRUBBER, addScrubber, renderScrubber } from '../blocks/scrubber';
import type { ScrubberPayload } from '../blocks/scrubber-walk';
import { TRAINING, renderTraining } from '../blocks/training-view';
import { registerRenderer } from './mime';

export { OutputArea } from './area';
export { Displays } from './displays';

registerRenderer(SCRUBBER, renderScrubber);
registerRenderer(TRAINING, renderTraining);

/** Gives the drawings that the build recorded their controls. */
export function enliven(scripts: Iterable<HTMLScriptElement>): void {
  for (const script of scripts) {
    const drawing = script.parentElement!;
    drawing.after(addScrubber(drawing, JSON.parse(script.textContent) as ScrubberPayload));
  }
}
