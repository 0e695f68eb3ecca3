// Makes an element. Text is always text, whoever wrote it.
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A part of the page under a heading.
export function panel(id: string, title: string, ...children: (Node | string)[]): HTMLElement {
  const heading = element("h2", { id: `${id}-title` }, title);
  return element("section", { id, class: "panel", "aria-labelledby": heading.id }, heading, ...children);
}

// Changes what is there only where it differs: what a reader has marked stays marked.
export function write(into: Node, text: string): void {
  if (into.textContent !== text) into.textContent = text;
}

// A table of figures whose rows have names of their own.
export class Table {
  readonly element: HTMLTableElement;
  private readonly body = element("tbody");
  private readonly rows = new Map<string, HTMLTableCellElement[]>();

  constructor(caption: string, private readonly columns: string[]) {
    const heads = columns.map((name) => element("th", { scope: "col" }, name));
    this.element = element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...heads)), this.body);
  }

  // `cells`: all but the first, which is the row's name.
  show(name: string, cells: string[]): void {
    let row = this.rows.get(name);
    if (row === undefined) {
      row = this.columns.slice(1).map(() => element("td"));
      this.rows.set(name, row);
      this.body.append(element("tr", {}, element("th", { scope: "row" }, name), ...row));
    }
    row.forEach((cell, index) => write(cell, cells[index] ?? ""));
  }
}
