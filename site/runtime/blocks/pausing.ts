/** What an output's Pause button and the page say to each other, which know nothing of each other. */

const ASKED = 'live-pause-asked';
const PAUSED = 'live-paused';

function tell(type: string, paused: boolean): void {
  document.dispatchEvent(new CustomEvent(type, { detail: paused }));
}

function listen(type: string, listener: (paused: boolean) => void, signal: AbortSignal): void {
  document.addEventListener(type, (event) => listener((event as CustomEvent<boolean>).detail), { signal });
}

/** Asks that running Python be held, or go on. */
export const askPause = (paused: boolean): void => tell(ASKED, paused);

export const onPauseAsked = (listener: (paused: boolean) => void, signal: AbortSignal): void => listen(ASKED, listener, signal);

/** Says that Python waits, or goes on. */
export const sayPaused = (paused: boolean): void => tell(PAUSED, paused);

export const onPaused = (listener: (paused: boolean) => void, signal: AbortSignal): void => listen(PAUSED, listener, signal);
