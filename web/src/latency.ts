import uPlot from "uplot";
import { element, panel, write } from "./element";
import { milliseconds, spoken } from "./format";
import type { Histogram } from "./state";
import { colour } from "./theme";

const HEIGHT = 84;
const SHARES = [["p50", "p50_ms"], ["p90", "p90_ms"], ["p99", "p99_ms"], ["p99.9", "p99_9_ms"], ["max", "max_ms"]] as const;

// One stage: its percentiles, and how its times are spread.
class Stage {
  readonly element: HTMLElement;
  private readonly total = element("span", { class: "count" });
  private readonly figures = new Map<string, HTMLElement>();
  private readonly box = element("div", { class: "histogram" });
  private plot: uPlot | null = null;
  private histogram: Histogram | null = null;

  constructor(name: string) {
    const list = element("dl");
    for (const [shown] of SHARES) {
      const figure = element("dd");
      this.figures.set(shown, figure);
      list.append(element("div", {}, element("dt", {}, shown), figure));
    }
    this.element = element("article", { id: `latency-${name}`, class: "stage" },
      element("h3", {}, spoken(name), this.total), list, this.box);
    this.box.setAttribute("role", "img");
    this.box.setAttribute("aria-label", `how the times of ${spoken(name)} are spread`);
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height: HEIGHT })).observe(this.box);
  }

  redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    const histogram = this.histogram;
    this.histogram = null;
    if (histogram !== null) this.show(histogram);
  }

  show(histogram: Histogram): void {
    if (this.histogram?.count === histogram.count) return;
    this.histogram = histogram;
    this.element.classList.toggle("none", histogram.count === 0);
    write(this.total, histogram.count === 0 ? "nothing yet" : String(histogram.count));
    for (const [shown, name] of SHARES) write(this.figures.get(shown)!, milliseconds(histogram[name]));
    const late = histogram.target_ms !== null && histogram.p95_ms !== null && histogram.p95_ms > histogram.target_ms;
    this.element.classList.toggle("late", late);
    let below = 0;
    const each = histogram.buckets.map((bucket) => {
      const own = bucket.count - below;
      below = bucket.count;
      return own;
    });
    this.plot ??= this.make(histogram);
    this.plot.setData([each.map((_, index) => index), each]);
  }

  private make(histogram: Histogram): uPlot {
    const bounds = histogram.buckets.map((bucket) => bucket.le_ms);
    const label = (bound: number | null | undefined) =>
      bound === null || bound === undefined ? "" : bound < 1000 ? String(bound) : `${bound / 1000} s`;
    return new uPlot({
      width: this.box.clientWidth || 200, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [4, 4, 0, 4],
      scales: { x: { time: false, range: [-0.5, bounds.length - 0.5] }, y: { range: (_plot, _low, high) => [0, Math.max(1, high)] } },
      axes: [
        {
          stroke: colour("dim"), size: 22, grid: { show: false }, ticks: { show: false }, font: "10px system-ui",
          splits: bounds.map((_, index) => index + 0.5), values: () => bounds.map((bound, index) => (index % 2 === 0 ? label(bound) : "")),
        },
        { show: false },
      ],
      series: [{}, { stroke: colour("wave"), fill: colour("wave"), width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.9] }) }],
      hooks: { draw: [(plot) => this.markTarget(plot, bounds)] },
    }, [[], []], this.box);
  }

  // Between the buckets whose bound it is; a target is always a bound.
  private markTarget(plot: uPlot, bounds: (number | null)[]): void {
    const index = bounds.findIndex((bound) => bound === this.histogram?.target_ms);
    if (index < 0 || this.histogram?.target_ms === null) return;
    const x = plot.valToPos(index + 0.5, "x", true);
    plot.ctx.strokeStyle = colour("target");
    plot.ctx.lineWidth = devicePixelRatio;
    plot.ctx.beginPath();
    plot.ctx.moveTo(x, plot.bbox.top);
    plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
    plot.ctx.stroke();
  }
}

export class Latency {
  readonly element = panel("latency", "Latency");
  private readonly grid = element("div", { class: "stages" });
  private readonly stages = new Map<string, Stage>();

  constructor() {
    this.element.append(this.grid, element("p", { class: "legend" }, element("i", { class: "target" }), "what it must stay below"));
  }

  redraw(): void {
    for (const stage of this.stages.values()) stage.redraw();
  }

  show(latencies: Record<string, Histogram>): void {
    for (const [name, histogram] of Object.entries(latencies)) {
      let stage = this.stages.get(name);
      if (stage === undefined) {
        stage = new Stage(name);
        this.stages.set(name, stage);
        this.grid.append(stage.element);
      }
      stage.show(histogram);
    }
  }
}
