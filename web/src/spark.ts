const KEPT = 60; // seconds

// How a figure has gone in the last minute, as this page has heard it.
export class Spark {
  readonly element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  private readonly heard: { second: number; value: number }[] = [];

  constructor() {
    this.element.setAttribute("class", "spark");
    this.element.setAttribute("viewBox", `0 0 ${KEPT} 20`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.line);
  }

  // One point a second: the most there was in it.
  show(at_s: number, value: number | null): void {
    if (value === null) return;
    const second = Math.floor(at_s);
    const last = this.heard.at(-1);
    if (last?.second === second) {
      if (value <= last.value) return;
      last.value = value;
    } else {
      this.heard.push({ second, value });
    }
    while (this.heard[0]!.second <= second - KEPT || this.heard[0]!.second > second) this.heard.shift();
    const most = Math.max(...this.heard.map((each) => each.value)) || 1;
    this.line.setAttribute("points", this.heard.map((each) =>
      `${each.second - second + KEPT},${(19 - (18 * each.value) / most).toFixed(1)}`).join(" "));
  }
}
