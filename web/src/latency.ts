import { element, legend, panel, write } from "./element";
import { count, milliseconds, spoken } from "./format";
import { HistogramPlot } from "./histogram";
import type { Histogram } from "./state";

const SHARES = [["p50", "p50_ms"], ["p90", "p90_ms"], ["p99", "p99_ms"], ["p99.9", "p99_9_ms"], ["max", "max_ms"]] as const;

// From what to what.
const NAMES: Record<string, string> = {
  capture_to_vad: "microphone → detector",
  first_partial: "first sound → first words",
  decode: "one decode",
  speech_end_to_final: "last sound → final text",
  release_to_final: "key up → final text",
  inject: "final text → typed",
  release_to_text: "key up → typed",
};

// One stage: its percentiles, and how its times are spread.
class Stage {
  readonly element: HTMLElement;
  private readonly total = element("span", { class: "count" });
  private readonly target = element("small");
  private readonly figures = new Map<string, HTMLElement>();
  private readonly plot = new HistogramPlot();
  private shown = -1;

  constructor(name: string) {
    const list = element("dl");
    for (const [shown] of SHARES) {
      const figure = element("dd");
      this.figures.set(shown, figure);
      list.append(element("div", {}, element("dt", {}, shown), figure));
    }
    this.element = element("article", { id: `latency-${name}`, class: "stage" },
      element("h3", {}, NAMES[name] ?? spoken(name), this.target), this.total, list, this.plot.element);
  }

  redraw(): void {
    this.plot.redraw();
  }

  show(histogram: Histogram): void {
    if (this.shown === histogram.count) return;
    this.shown = histogram.count;
    this.element.classList.toggle("none", histogram.count === 0);
    write(this.total, count(histogram.count));
    write(this.target, histogram.target_ms === null ? "" : `below ${histogram.target_ms} ms`);
    for (const [shown, name] of SHARES) write(this.figures.get(shown)!, milliseconds(histogram[name]));
    this.element.classList.toggle("late", histogram.target_ms !== null && histogram.p95_ms !== null && histogram.p95_ms > histogram.target_ms);
    this.plot.show(histogram);
  }
}

// What the buckets of all stages reach up to, over the column that they stand in.
function axis(histogram: Histogram): HTMLElement {
  const bounds = histogram.buckets.map(({ le_ms }) => element("span", {}, le_ms === null ? "" : le_ms < 1000 ? String(le_ms) : `${le_ms / 1000} s`));
  return element("div", { class: "stage axis", "aria-hidden": "true" }, element("span"), element("span", { class: "count" }, "times"),
    element("div", { class: "shares" }, ...SHARES.map(([name]) => element("span", {}, name))), element("div", { class: "bounds" }, ...bounds));
}

export class Latency {
  readonly element = panel("latency", "Latency", element("span", { class: "note" }, "milliseconds, each bucket up to its figure"));
  private readonly rows = element("div", { class: "stages" });
  private readonly stages = new Map<string, Stage>();

  constructor() {
    this.element.append(this.rows, legend(["median", "half"], ["p99", "99 of 100"], ["target", "to stay below (95 of 100 must)"]));
  }

  redraw(): void {
    for (const stage of this.stages.values()) stage.redraw();
  }

  show(latencies: Record<string, Histogram>): void {
    for (const [name, histogram] of Object.entries(latencies)) {
      let stage = this.stages.get(name);
      if (stage === undefined) {
        if (this.stages.size === 0) this.rows.append(axis(histogram));
        stage = new Stage(name);
        this.stages.set(name, stage);
        this.rows.append(stage.element);
      }
      stage.show(histogram);
    }
  }
}
