import uPlot from "uplot";
import { element } from "./element";
import type { Histogram } from "./state";
import { apart, colour } from "./theme";

const HEIGHT = 38;
const LEAST = 0.04; // of the height: one among thousands is still seen

// Where a time stands among buckets that are drawn equally wide: bucket i reaches from i - 0.5 to i + 0.5.
function place(value_ms: number, bounds: (number | null)[]): number {
  const bucket = bounds.findIndex((bound) => bound === null || value_ms <= bound);
  const high = bounds[bucket] ?? null;
  const low = bounds[bucket - 1] ?? 0;
  if (high === null) return bounds.length - 1;
  return bucket - 0.5 + (value_ms - low) / (high - low);
}

// How the times of one stage are spread, what it must stay below, and where half and 99 of 100 are.
export class HistogramPlot {
  readonly element = element("div", { class: "histogram", "aria-hidden": "true" });
  private plot: uPlot | null = null;
  private histogram: Histogram | null = null;

  constructor() {
    new ResizeObserver(() => this.plot?.setSize({ width: this.element.clientWidth, height: HEIGHT })).observe(this.element);
  }

  redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.histogram !== null) this.show(this.histogram);
  }

  show(histogram: Histogram): void {
    this.histogram = histogram;
    let below = 0;
    const each = histogram.buckets.map((bucket) => {
      const own = bucket.count - below;
      below = bucket.count;
      return own;
    });
    const most = Math.max(1, ...each);
    this.plot ??= this.make(histogram.buckets.length);
    this.plot.setData([each.map((_, index) => index), each.map((own) => (own === 0 ? null : Math.max(own / most, LEAST)))]);
  }

  private make(buckets: number): uPlot {
    return new uPlot({
      width: this.element.clientWidth || 200, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [2, 0, 0, 0],
      scales: { x: { time: false, range: [-0.5, buckets - 0.5] }, y: { range: [0, 1] } },
      axes: [{ show: false }, { show: false }],
      series: [{}, { fill: colour("wave"), width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.86] }) }],
      hooks: { drawClear: [apart((plot) => this.ground(plot, buckets))], draw: [apart((plot) => this.mark(plot))] },
    }, [[], []], this.element);
  }

  // The borders of the buckets, and the floor.
  private ground(plot: uPlot, buckets: number): void {
    const { top, left, width, height } = plot.bbox;
    plot.ctx.fillStyle = colour("line");
    for (let bucket = 1; bucket < buckets; ++bucket)
      plot.ctx.fillRect(Math.round(plot.valToPos(bucket - 0.5, "x", true)), top, devicePixelRatio, height);
    plot.ctx.fillRect(left, top + height - devicePixelRatio, width, devicePixelRatio);
  }

  private mark(plot: uPlot): void {
    if (this.histogram === null) return;
    const { buckets, p50_ms, p99_ms, target_ms } = this.histogram;
    const bounds = buckets.map((bucket) => bucket.le_ms);
    const line = (value_ms: number | null, name: string, thick: number) => {
      if (value_ms === null) return;
      plot.ctx.fillStyle = colour(name);
      plot.ctx.fillRect(Math.round(plot.valToPos(place(value_ms, bounds), "x", true)) - (thick * devicePixelRatio) / 2, plot.bbox.top,
        thick * devicePixelRatio, plot.bbox.height);
    };
    line(p50_ms, "ink", 1);
    line(p99_ms, "dim", 1);
    line(target_ms, "target", 2);
  }
}
