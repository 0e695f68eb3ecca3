import type { State } from "./state";

// Draws the newest that was told, with a picture of the screen, and no sooner than `pause_ms` after the last time.
export class Pace {
  private newest: State | null = null; // not drawn yet
  private drawnAt = -Infinity;

  constructor(private readonly pause_ms: number, private readonly draw: (state: State) => void) {}

  show(state: State): void {
    const waits = this.newest !== null;
    this.newest = state;
    if (waits) return;
    const left = this.drawnAt + this.pause_ms - performance.now();
    if (left <= 0) this.next();
    else setTimeout(() => this.next(), left);
  }

  private next(): void {
    requestAnimationFrame(() => {
      const state = this.newest;
      this.newest = null;
      this.drawnAt = performance.now();
      if (state !== null) this.draw(state);
    });
  }
}
