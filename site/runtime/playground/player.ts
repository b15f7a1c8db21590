/** Asks the program for one frame after the other, never while nobody sees them. */

/** How often a page that asks for less motion is drawn anew, in milliseconds, and how many epochs lie between. */
const CALM = { every: 1000, epochs: 10 };

export interface PlayerHost {
  /** Trains; resolves with what draws the network as it is then. */
  train(epochs: number): Promise<() => void>;
  /** Play has begun or ended. */
  playing(on: boolean): void;
  /** All that was trained is drawn, and no more comes. */
  rests(): void;
}

export class Player {
  private on = false;
  private looping = false;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    private readonly host: PlayerHost,
    private readonly signal: AbortSignal,
  ) {}

  get isPlaying(): boolean {
    return this.on;
  }

  play(): void {
    if (this.on) return;
    this.on = true;
    this.host.playing(true);
    void this.loop();
  }

  pause(): void {
    if (!this.on) return;
    this.on = false;
    this.host.playing(false);
  }

  private async loop(): Promise<void> {
    // The loop that is about to end goes on instead.
    if (this.looping) return;
    this.looping = true;
    let ahead: Promise<() => void> | null = null;
    try {
      while (this.goesOn || ahead) {
        await seen(this.signal);
        // Also after a pause: Python is where it leads.
        const draw = await (ahead ?? this.host.train(this.calm.matches ? CALM.epochs : 1));
        ahead = null;
        if (this.calm.matches) {
          draw();
          await later(CALM.every);
          continue;
        }
        if (this.goesOn) {
          // Python trains while the page draws what it has.
          ahead = this.host.train(1);
          ahead.catch(() => undefined);
        }
        await nextFrame();
        draw();
      }
    } catch {
      this.pause();
    } finally {
      this.looping = false;
    }
    this.host.rests();
  }

  private get goesOn(): boolean {
    return this.on && !this.signal.aborted;
  }
}

function nextFrame(): Promise<void> {
  // A page that is hidden meanwhile gets no frame until it is seen again.
  return new Promise((done) => requestAnimationFrame(() => done()));
}

function later(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Resolves as soon as the page is seen. */
function seen(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => {
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      done();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}
