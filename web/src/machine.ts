import { element, panel, Table, write } from "./element";
import { bytes, count, percent } from "./format";
import type { State } from "./state";

// Cores by their kind, each a bar.
class Cores {
  readonly element = element("div", { class: "cores" });
  private readonly bars = new Map<number, { bar: HTMLMeterElement; figure: HTMLElement }>();

  show(cores: NonNullable<State["cores"]>): void {
    for (const core of cores) {
      let shown = this.bars.get(core.core);
      if (shown === undefined) {
        const name = `core ${core.core}`;
        shown = { bar: element("meter", { min: "0", max: "1", high: "0.9", "aria-label": name }), figure: element("output") };
        this.bars.set(core.core, shown);
        this.element.append(element("div", { class: `core ${core.kind}` }, element("span", {}, `${core.core} ${core.kind}`), shown.bar, shown.figure));
      }
      shown.bar.value = core.utilisation;
      write(shown.figure, percent(core.utilisation));
    }
  }
}

// What the program takes of the machine, and what has gone wrong.
export class Machine {
  readonly element = panel("machine", "Machine");
  private readonly cores = new Cores();
  private readonly usage = new Table("Program", ["figure", "now"]);
  private readonly counters = new Table("Counts", ["count", "so far"]);
  private readonly threads = new Table("Threads", ["thread", "core", "CPU time", "preempted", "allocations"]);
  private readonly rings = new Table("Rings", ["ring", "full", "most", "overruns", "dropped"]);
  private readonly pool = new Table("Memory pool", ["block", "in use", "of", "most", "exhausted"]);

  constructor() {
    const tables = [this.usage, this.counters, this.threads, this.rings, this.pool];
    this.element.append(this.cores.element, element("div", { class: "tables" }, ...tables.map((table) => element("div", { class: "scroll", tabindex: "0", role: "group" }, table.element))));
  }

  show(state: State): void {
    this.cores.show(state.cores ?? []);
    const { memory, counters } = state;
    this.usage.show("processor", [`${percent(state.cpu.utilisation)} of a core`]);
    this.usage.show("memory", [bytes(memory.rss_bytes)]);
    this.usage.show("of it private", [bytes(memory.private_bytes)]);
    this.usage.show("pool", [bytes(memory.pool_bytes)]);
    this.usage.show("telemetry", [bytes(memory.telemetry_bytes)]);
    this.usage.show("governor", [state.governor === null ? "none" : `level ${state.governor.level}`]);
    this.usage.show("viewers", [count(state.viewers)]);
    for (const zone of state.thermal) this.usage.show(zone.zone, [`${zone.celsius.toFixed(1)} °C`]);
    this.counters.show("utterances", [count(counters.utterances)]);
    this.counters.show("audio frames", [count(counters.audio_frames)]);
    this.counters.show("dropped frames", [count(counters.dropped_frames)]);
    this.counters.show("overruns", [count(counters.overruns)]);
    this.counters.show("real-time allocations", [count(counters.realtime_allocations)]);
    for (const [stage, failures] of Object.entries(counters.processing_failures)) this.counters.show(`failures: ${stage}`, [count(failures)]);
    for (const thread of state.threads)
      this.threads.show(thread.name, [percent(thread.utilisation), `${thread.cpu_s.toFixed(2)} s`, count(thread.involuntary_switches), count(thread.allocations)]);
    for (const ring of state.rings)
      this.rings.show(ring.name, [percent(ring.fill_ratio), percent(ring.high_water_ratio), count(ring.overruns), count(ring.dropped_frames)]);
    for (const pool of state.pool)
      this.pool.show(bytes(pool.block_bytes), [count(pool.in_use), count(pool.blocks), count(pool.high_water), count(pool.exhausted)]);
  }
}
