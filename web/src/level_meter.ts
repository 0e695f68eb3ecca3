import { element, write } from "./element";
import { dbfs } from "./format";

const LOWEST_DBFS = -60;
const MARKS_DBFS = [-60, -48, -36, -24, -12, -6, 0];
const HELD = 47; // windows of 32 ms: 1.5 s

function place(level_dbfs: number): string {
  return `${(100 * Math.min(1, Math.max(0, 1 - level_dbfs / LOWEST_DBFS))).toFixed(1)}%`;
}

// How loud it is, and how loud it has been a moment ago.
export class LevelMeter {
  readonly element: HTMLElement;
  private readonly bar = element("div", {
    class: "meter", role: "meter", "aria-label": "level",
    "aria-valuemin": String(LOWEST_DBFS), "aria-valuemax": "0", "aria-valuenow": String(LOWEST_DBFS) });
  private readonly cover = element("i", { class: "cover" }); // what is not loud
  private readonly hold = element("i", { class: "hold" });
  private readonly figure = element("output", { id: "level" });

  constructor() {
    this.bar.append(this.cover, this.hold);
    const marks = element("div", { class: "marks", "aria-hidden": "true" });
    for (const mark of MARKS_DBFS) {
      const text = element("span", {}, String(mark).replace("-", "−"));
      text.style.left = place(mark);
      marks.append(text);
    }
    this.element = element("div", { class: "level" }, element("div", { class: "scale" }, this.bar, marks), this.figure);
  }

  // Peaks of windows, 0 to 1, the latest last.
  show(peaks: number[]): void {
    const level = Math.max(LOWEST_DBFS, dbfs(Math.max(0, ...peaks.slice(-3))));
    const held = dbfs(Math.max(0, ...peaks.slice(-HELD)));
    this.cover.style.transform = `translateX(${place(level)})`;
    this.hold.style.transform = `translateX(${place(held)})`;
    this.bar.classList.toggle("clipped", held >= -0.1);
    this.bar.setAttribute("aria-valuenow", level.toFixed(0));
    this.bar.setAttribute("aria-valuetext", `${level.toFixed(0)} dBFS`);
    write(this.figure, peaks.length === 0 ? "–" : level <= LOWEST_DBFS ? "quiet" : `${level.toFixed(0).replace("-", "−")} dBFS`);
  }
}
