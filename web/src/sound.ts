import uPlot from "uplot";
import { element, panel, write } from "./element";
import { decibel } from "./format";
import type { Windows } from "./state";
import { colour } from "./theme";

const SHOWN_S = 10;
const HEIGHT = 150;
const QUIET = 0.1; // is drawn no larger than it would be beside this

// The last ten seconds of sound: how loud, what detection makes of it, and what is taken for speech.
export class Sound {
  readonly element: HTMLElement;
  private readonly box = element("div", { id: "waveform", role: "img", "aria-label": "the last ten seconds of sound, speech marked" });
  private readonly meter = element("meter", { min: "-60", max: "0", low: "-40", high: "-6", optimum: "-20", "aria-label": "level" });
  private readonly level = element("output", { id: "level" });
  private plot: uPlot | null = null;
  private windows: Windows | null = null;

  constructor() {
    this.element = panel("sound", "Sound", element("div", { class: "level" }, this.meter, this.level), this.box,
      element("p", { class: "legend" }, element("i", { class: "speech" }), "speech ", element("i", { class: "probability" }), "probability of speech"));
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height: HEIGHT })).observe(this.box);
  }

  // The colours have changed.
  redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.windows !== null) this.show(this.windows);
  }

  show(windows: Windows | null): void {
    this.windows = windows;
    this.box.dataset["end"] = String(windows?.end ?? 0);
    if (windows === null) return;
    const latest = windows.peak.at(-1) ?? 0;
    this.meter.value = latest > 0 ? 20 * Math.log10(latest) : -60;
    write(this.level, decibel(latest));
    const first = windows.end - windows.peak.length;
    const times = windows.peak.map((_, index) => (first + index) * windows.length_s);
    this.plot ??= this.make();
    const end = Math.max(windows.end * windows.length_s, SHOWN_S);
    this.plot.batch(() => {
      this.plot!.setData([times, windows.peak, windows.peak.map((its) => -its), windows.probability], false);
      this.plot!.setScale("x", { min: end - SHOWN_S, max: end });
      const loudest = Math.max(QUIET, ...windows.peak);
      this.plot!.setScale("y", { min: -loudest, max: loudest });
      this.plot!.setScale("p", { min: 0, max: 1 });
    });
  }

  private make(): uPlot {
    const axis = { stroke: colour("dim"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
    return new uPlot({
      width: this.box.clientWidth || 300, height: HEIGHT, legend: { show: false }, cursor: { show: false },
      padding: [6, 0, 0, 0],
      scales: { x: { time: false }, y: { range: (_plot, low, high) => [Math.min(low, -QUIET), Math.max(high, QUIET)] }, p: { range: [0, 1] } },
      axes: [{ ...axis, size: 24, values: (_, ticks) => ticks.map((its) => `${its} s`) }, { ...axis, show: false }],
      series: [
        {},
        { stroke: colour("wave"), width: 1, points: { show: false } },
        { stroke: colour("wave"), width: 1, points: { show: false } },
        { scale: "p", stroke: colour("probability"), width: 1, points: { show: false } },
      ],
      bands: [{ series: [1, 2], fill: colour("wave") }],
      hooks: { drawClear: [(plot) => this.markSpeech(plot)] },
    }, [[], [], [], []], this.box);
  }

  private markSpeech(plot: uPlot): void {
    const windows = this.windows;
    if (windows === null) return;
    const first = windows.end - windows.speech.length;
    plot.ctx.fillStyle = colour("speech");
    for (let index = 0; index < windows.speech.length; ++index) {
      if (windows.speech[index] === 0) continue;
      let last = index;
      while (windows.speech[last + 1] === 1) ++last;
      const from = plot.valToPos((first + index) * windows.length_s, "x", true);
      const to = plot.valToPos((first + last + 1) * windows.length_s, "x", true);
      plot.ctx.fillRect(Math.max(from, plot.bbox.left), plot.bbox.top, to - Math.max(from, plot.bbox.left), plot.bbox.height);
      index = last;
    }
  }
}
