import uPlot from "uplot";
import { element, legend, panel, write } from "./element";
import { moment } from "./format";
import { LevelMeter } from "./level_meter";
import type { Windows } from "./state";
import { apart, colour, FONT } from "./theme";

const SHOWN_S = 10;
const HEIGHT = 196;
const QUIET = 0.1; // is drawn no larger than it would be beside this
const LEAST = 0.008; // of the loudest: silence is a line
const LANE = 0.26; // of the height, for the probability; the waveform has the rest
const GAP = 0.025; // likewise, above and below the probability

// The last ten seconds of sound: how loud, what detection makes of it, and what is taken for speech.
export class Sound {
  readonly element: HTMLElement;
  private readonly box = element("div", { id: "waveform", role: "img", "aria-label": "the last ten seconds of sound, speech marked" });
  private readonly meter = new LevelMeter();
  private readonly note = element("span", { class: "note" });
  private plot: uPlot | null = null;
  private windows: Windows | null = null;

  constructor() {
    this.element = panel("sound", "Sound", this.note, this.meter.element, this.box,
      legend(["speech", "taken for speech"], ["wave", "peak of each window"], ["probability", "probability of speech, 0 to 1"]));
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height: HEIGHT })).observe(this.box);
  }

  // The colours have changed.
  redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    this.draw();
  }

  // null: nobody listens.
  show(windows: Windows | null): void {
    if (this.windows !== null && windows !== null && windows.end === this.windows.end && windows.peak.length === this.windows.peak.length) return;
    if (this.windows === null && windows === null && this.plot !== null) return;
    this.windows = windows;
    this.draw();
  }

  private draw(): void {
    const { end, peak, probability, length_s } = this.windows ?? { end: 0, peak: [], probability: [], length_s: 0.032 };
    this.box.dataset["end"] = String(end);
    this.box.classList.toggle("idle", this.windows === null);
    this.meter.show(peak);
    write(this.note, this.windows === null ? "not listening" : `${moment(end * length_s)} heard`);
    const plot = (this.plot ??= this.make());
    const times = peak.map((_, index) => (end - peak.length + index + 0.5) * length_s);
    const loudest = Math.max(QUIET, ...peak);
    const drawn = peak.map((its) => Math.max(its, LEAST * loudest));
    const last_s = Math.max(end * length_s, SHOWN_S);
    plot.batch(() => {
      plot.setData([times, drawn, drawn.map((its) => -its), probability], false);
      plot.setScale("x", { min: last_s - SHOWN_S, max: last_s });
      plot.setScale("y", { min: -loudest * ((1 + LANE) / (1 - LANE)), max: loudest });
      plot.setScale("p", { min: -GAP / (LANE - 2 * GAP), max: (1 - GAP) / (LANE - 2 * GAP) });
    });
  }

  private make(): uPlot {
    const hidden = { points: { show: false } };
    return new uPlot({
      width: this.box.clientWidth || 300, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [4, 0, 0, 0],
      scales: { x: { time: false }, y: { auto: false }, p: { auto: false } },
      axes: [
        {
          stroke: colour("dim"), font: FONT, size: 20, gap: 4, grid: { stroke: colour("line"), width: 1 }, ticks: { show: false },
          incrs: [1, 2, 5], values: (_, ticks) => ticks.map((its) => `${its} s`),
        },
        { show: false },
      ],
      series: [
        {},
        { width: 0, ...hidden },
        { width: 0, ...hidden },
        { scale: "p", stroke: colour("probability"), width: 1.5, ...hidden },
      ],
      bands: [{ series: [1, 2], fill: colour("wave") }],
      hooks: { drawClear: [apart((plot) => this.markSpeech(plot))], draw: [apart((plot) => this.markZero(plot))] },
    }, [[], [], [], []], this.box);
  }

  private markSpeech(plot: uPlot): void {
    if (this.windows === null) return;
    const { end, speech, length_s } = this.windows;
    const first = end - speech.length;
    const { left, top, width, height } = plot.bbox;
    for (let index = 0; index < speech.length; ++index) {
      if (speech[index] === 0) continue;
      let last = index;
      while (speech[last + 1] === 1) ++last;
      const from = Math.max(plot.valToPos((first + index) * length_s, "x", true), left);
      const to = Math.min(plot.valToPos((first + last + 1) * length_s, "x", true), left + width);
      plot.ctx.fillStyle = colour("speech");
      plot.ctx.fillRect(from, top, to - from, height);
      plot.ctx.fillStyle = colour("edge");
      plot.ctx.fillRect(from, top, devicePixelRatio, height);
      if (last + 1 < speech.length) plot.ctx.fillRect(to - devicePixelRatio, top, devicePixelRatio, height);
      index = last;
    }
  }

  // Silence, and the border between the two lanes.
  private markZero(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    plot.ctx.fillStyle = colour("edge");
    plot.ctx.fillRect(left, plot.valToPos(0, "y", true), width, devicePixelRatio);
    plot.ctx.fillStyle = colour("line");
    plot.ctx.fillRect(left, top + height * (1 - LANE), width, devicePixelRatio);
  }
}
