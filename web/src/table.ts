import { element, scrollable, write } from "./element";

// `bar`: a share, drawn under the text; `mark`: the most that it has been. `bad`: there should be none of it.
export type Cell = string | { text: string; bar?: number; mark?: number; bad?: boolean };

// Figures under one caption, a row each.
export class Table {
  readonly element: HTMLElement;
  private readonly body = element("tbody");
  private readonly rows: { row: HTMLElement; name: HTMLElement; cells: HTMLElement[] }[] = [];

  // `columns`: none where a row is a name and its figure.
  constructor(caption: string, private readonly columns: string[] = []) {
    const heads = columns.map((name) => element("th", { scope: "col" }, name));
    const table = element("table", {}, element("caption", {}, caption));
    if (heads.length > 0) table.append(element("thead", {}, element("tr", {}, ...heads)));
    table.append(this.body);
    this.element = scrollable(element("div", { class: "table", role: "group", "aria-label": caption }, table));
  }

  // Each with its name.
  show(figures: [string, ...Cell[]][]): void {
    figures.forEach(([name, ...cells], index) => {
      const row = (this.rows[index] ??= this.make());
      write(row.name, name);
      row.cells.forEach((cell, column) => fill(cell, cells[column] ?? ""));
    });
    for (const gone of this.rows.splice(figures.length)) gone.row.remove();
  }

  private make(): { row: HTMLElement; name: HTMLElement; cells: HTMLElement[] } {
    const name = element("th", { scope: "row" });
    const cells = Array.from({ length: Math.max(1, this.columns.length - 1) }, () => element("td"));
    const row = element("tr", {}, name, ...cells);
    this.body.append(row);
    return { row, name, cells };
  }
}

function fill(cell: HTMLElement, now: Cell): void {
  const { text, bar, mark, bad } = typeof now === "string" ? { text: now } : now;
  write(cell, text);
  cell.classList.toggle("bad", bad === true);
  cell.classList.toggle("bar", bar !== undefined);
  if (bar === undefined) return;
  cell.style.setProperty("--bar", share(bar));
  cell.style.setProperty("--mark", share(mark ?? bar));
}

function share(value: number): string {
  return `${(100 * Math.min(1, Math.max(0, value))).toFixed(1)}%`;
}
