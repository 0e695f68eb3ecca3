import { element, write } from "./element";
import { bytes, count, milliseconds, percent, UNKNOWN } from "./format";
import { Spark } from "./spark";
import type { State } from "./state";

// One figure that says how the program is.
class Vital {
  readonly element = element("div");
  private readonly figure = element("dd");
  private readonly beside = element("dd", { class: "beside" });

  constructor(name: string, private readonly spark: Spark | null = null) {
    this.element.append(element("dt", {}, name), this.figure, this.beside);
    if (spark !== null) this.element.append(element("dd", { class: "past" }, spark.element));
  }

  show(figure: string, beside: string, bad = false): void {
    write(this.figure, figure);
    write(this.beside, beside);
    this.element.classList.toggle("bad", bad);
  }

  past(at_s: number, value: number | null): void {
    this.spark?.show(at_s, value);
  }
}

// Whether all is well, at a glance.
export class Vitals {
  private readonly final = new Vital("Last sound to final text");
  private readonly words = new Vital("First sound to first words");
  private readonly front = new Vital("Microphone to detector");
  private readonly lost = new Vital("Frames lost");
  private readonly heap = new Vital("Real-time allocations");
  private readonly processor = new Vital("Processor", new Spark());
  private readonly memory = new Vital("Memory", new Spark());
  private readonly heat = new Vital("Hottest");
  readonly element: HTMLElement;

  constructor() {
    const all = [this.final, this.words, this.front, this.lost, this.heap, this.processor, this.memory, this.heat];
    this.element = element("section", { id: "vitals", "aria-label": "at a glance" }, element("dl", {}, ...all.map((each) => each.element)));
  }

  show(state: State): void {
    const { counters, memory } = state;
    for (const [vital, name] of [[this.final, "speech_end_to_final"], [this.words, "first_partial"], [this.front, "capture_to_vad"]] as const) {
      const its = state.latency[name];
      if (its === undefined) continue;
      const target = its.target_ms === null ? "" : `, to be below ${its.target_ms} ms`;
      vital.show(milliseconds(its.p50_ms), its.count === 0 ? "nothing yet" : `p95 ${milliseconds(its.p95_ms)}${target}`,
        its.target_ms !== null && its.p95_ms !== null && its.p95_ms > its.target_ms);
    }
    this.lost.show(count(counters.dropped_frames), `${count(counters.overruns)} overruns`, counters.dropped_frames + counters.overruns > 0);
    this.heap.show(count(counters.realtime_allocations), counters.realtime_allocations === null ? "not counted by this build" : "none wanted",
      (counters.realtime_allocations ?? 0) > 0);
    this.processor.show(percent(state.cpu.utilisation), "of one core");
    this.processor.past(state.at_s, state.cpu.utilisation);
    this.memory.show(bytes(memory.rss_bytes), `${bytes(memory.private_bytes)} private`);
    this.memory.past(state.at_s, memory.rss_bytes);
    const [hottest] = state.thermal.toSorted((one, other) => other.celsius - one.celsius);
    const level = state.governor?.level;
    this.heat.show(hottest === undefined ? UNKNOWN : `${hottest.celsius.toFixed(1)} °C`,
      (hottest?.zone ?? "no sensor told") + (level === undefined ? "" : `, governor level ${level}`), (level ?? 0) > 0);
  }
}
