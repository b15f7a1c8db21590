/** Asks the program for one frame after the other, never while nobody sees them. */

/** How often a page that asks for less motion is drawn anew, in milliseconds, and how many epochs lie between. */
const CALM = { every: 1000, epochs: 10 };

export interface PlayerHost {
  /** Trains and draws. */
  advance(epochs: number): Promise<void>;
  /** Play has begun or ended. */
  playing(on: boolean): void;
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
    try {
      while (this.on && !this.signal.aborted) {
        await seen(this.signal);
        if (!this.on || this.signal.aborted) break;
        const next = this.calm.matches ? later(CALM.every) : nextFrame();
        await this.host.advance(this.calm.matches ? CALM.epochs : 1);
        await next;
      }
    } catch {
      this.pause();
    } finally {
      this.looping = false;
    }
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
