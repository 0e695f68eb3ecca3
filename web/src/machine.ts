import { Cores } from "./cores";
import { element, panel } from "./element";
import { bytes, count, percent } from "./format";
import type { State } from "./state";
import { Table, type Cell } from "./table";

// There should be none.
function fault(value: number | null): Cell {
  return { text: count(value), bad: (value ?? 0) > 0 };
}

// What the program takes of the machine, and what has gone wrong.
export class Machine {
  readonly element = panel("machine", "Machine", "");
  private readonly cores = new Cores();
  private readonly threads = new Table("Threads", ["thread", "busy", "CPU time", "preempted", "allocations"]);
  private readonly rings = new Table("Rings", ["ring", "full", "most", "overruns", "dropped"]);
  private readonly pool = new Table("Memory pool", ["blocks of", "in use", "most", "there are", "exhausted"]);
  private readonly counters = new Table("Counts");
  private readonly errors = new Table("Errors");
  private readonly usage = new Table("Program");

  constructor() {
    const tables = [this.threads, this.rings, this.pool, this.counters, this.errors, this.usage];
    this.element.append(this.cores.element, element("div", { class: "tables" }, ...tables.map((table) => table.element)));
  }

  show(state: State): void {
    const { memory, counters, governor } = state;
    this.cores.show(state.cores ?? []);
    this.threads.show(state.threads.map((its) => [
      its.name, { text: percent(its.utilisation), bar: its.utilisation ?? 0 }, `${its.cpu_s.toFixed(2)} s`,
      count(its.involuntary_switches), count(its.allocations)]));
    this.rings.show(state.rings.map((its) => [
      its.name, { text: percent(its.fill_ratio), bar: its.fill_ratio, mark: its.high_water_ratio }, percent(its.high_water_ratio),
      fault(its.overruns), fault(its.dropped_frames)]));
    this.pool.show(state.pool.map((its) => [
      bytes(its.block_bytes), { text: count(its.in_use), bar: its.in_use / its.blocks, mark: its.high_water / its.blocks },
      count(its.high_water), count(its.blocks), fault(its.exhausted)]));
    this.counters.show([
      ["utterances", count(counters.utterances)],
      ["audio frames", count(counters.audio_frames)],
      ["dropped frames", fault(counters.dropped_frames)],
      ["overruns", fault(counters.overruns)],
      ["real-time allocations", fault(counters.realtime_allocations)]]);
    this.errors.show(Object.entries(counters.processing_failures).map(([stage, failures]) => [`failures: ${stage}`, fault(failures)]));
    this.usage.show([
      ["processor", `${percent(state.cpu.utilisation)} of a core`],
      ["memory", bytes(memory.rss_bytes)],
      ["of it private", bytes(memory.private_bytes)],
      ["of it the pool's", bytes(memory.pool_bytes)],
      ["of it telemetry's", bytes(memory.telemetry_bytes)],
      ["governor", governor === null ? "none" : `level ${governor.level}${governor.reason === null ? "" : `: ${governor.reason}`}`],
      ["viewers", count(state.viewers)],
      ...state.thermal.map((zone): [string, Cell] => [zone.zone, `${zone.celsius.toFixed(1)} °C`])]);
  }
}
