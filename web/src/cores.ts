import { describe, element, write } from "./element";
import { percent } from "./format";
import type { State } from "./state";

type Core = NonNullable<State["cores"]>[number];

const KINDS: Record<string, string> = { performance: "Performance", efficiency: "Efficient", low_power: "Low power", core: "Cores" };

// Cores of one kind, a column each.
class Kind {
  readonly element: HTMLElement;
  private readonly columns = element("div", { class: "columns", role: "img" });
  private readonly figure = element("output");
  private bars: { box: HTMLElement; number: HTMLElement }[] = [];

  constructor(private readonly name: string) {
    this.element = element("div", { class: "kind" }, element("h3", {}, name, this.figure), this.columns);
  }

  show(cores: Core[]): void {
    cores.forEach((core, index) => {
      const bar = (this.bars[index] ??= this.make());
      write(bar.number, String(core.core));
      bar.box.style.setProperty("--bar", `${(100 * core.utilisation).toFixed(0)}%`);
      bar.box.title = `core ${core.core}: ${percent(core.utilisation)}`;
    });
    for (const gone of this.bars.splice(cores.length)) gone.box.remove();
    const mean = cores.reduce((sum, core) => sum + core.utilisation, 0) / cores.length;
    write(this.figure, percent(mean));
    describe(this.columns, `${this.name}: ${cores.map((core) => `core ${core.core} ${percent(core.utilisation)}`).join(", ")}`);
  }

  private make(): { box: HTMLElement; number: HTMLElement } {
    const number = element("span");
    const box = element("div", {}, element("i"), number);
    this.columns.append(box);
    return { box, number };
  }
}

// How busy the machine's cores are, by kind.
export class Cores {
  readonly element = element("div", { class: "cores" });
  private readonly kinds = new Map<string, Kind>();

  show(cores: Core[]): void {
    const found = new Map<string, Core[]>();
    for (const core of cores) found.set(core.kind, [...(found.get(core.kind) ?? []), core]);
    for (const [name, its] of found) {
      let kind = this.kinds.get(name);
      if (kind === undefined) {
        kind = new Kind(KINDS[name] ?? name);
        this.kinds.set(name, kind);
        this.element.append(kind.element);
      }
      kind.show(its);
    }
    for (const [name, kind] of this.kinds) {
      if (found.has(name)) continue;
      kind.element.remove();
      this.kinds.delete(name);
    }
  }
}
