import { element, panel } from "./element";
import { milliseconds } from "./format";
import type { Utterance } from "./state";

interface Bar {
  name: string;
  from: number; // ms after the first sample of speech was delivered
  to: number;
}

// Where the time went, as far as its place is known. Decoding is not among it: most of it happens while one still speaks.
export function bars(utterance: Utterance): Bar[] {
  const { latency } = utterance;
  const speech = 1000 * (utterance.end_s - utterance.start_s);
  const made: Bar[] = [{ name: "speech", from: 0, to: speech }];
  if (latency.detection_ms !== null) made.push({ name: "detection", from: 0, to: latency.detection_ms });
  if (latency.first_partial_ms !== null) made.push({ name: "first partial", from: 0, to: latency.first_partial_ms });
  if (latency.endpoint_ms !== null) made.push({ name: "end decided", from: speech, to: speech + latency.endpoint_ms });
  const final = latency.speech_end_to_final_ms;
  if (final !== null) made.push({ name: "final", from: speech + (latency.endpoint_ms ?? 0), to: speech + final });
  if (final !== null && latency.injection_ms !== null)
    made.push({ name: "typing", from: speech + final, to: speech + final + latency.injection_ms });
  return made.filter((bar) => bar.to >= bar.from);
}

function waterfall(utterance: Utterance): SVGSVGElement {
  const rows = bars(utterance);
  const end = Math.max(1, ...rows.map((bar) => bar.to));
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 1000 ${10 * rows.length}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", rows.map((bar) => `${bar.name} ${milliseconds(bar.to - bar.from)}`).join(", "));
  rows.forEach((bar, index) => {
    const rect = document.createElementNS(space, "rect");
    rect.setAttribute("class", bar.name.replace(" ", "-"));
    rect.setAttribute("x", String((1000 * bar.from) / end));
    rect.setAttribute("y", String(10 * index + 1));
    rect.setAttribute("width", String(Math.max(3, (1000 * (bar.to - bar.from)) / end)));
    rect.setAttribute("height", "8");
    svg.append(rect);
  });
  return svg;
}

// The last utterances, the newest first, each with its own way through the program.
export class Utterances {
  readonly element = panel("utterances", "Utterances");
  private readonly list = element("ol", { class: "waterfalls" });
  private last = "";

  constructor() {
    const legend = [["speech", "speech"], ["found", "found, first partial"], ["pause", "its end decided"], ["final", "final text"], ["typing", "typed"]] as const;
    this.element.append(this.list, element("p", { class: "legend" }, ...legend.flatMap(([kind, name]) => [element("i", { class: kind }), name])));
  }

  show(utterances: Utterance[]): void {
    const now = JSON.stringify(utterances);
    if (now === this.last) return;
    this.last = now;
    this.list.replaceChildren(...utterances.toReversed().map((each) => this.row(each)));
  }

  private row(utterance: Utterance): HTMLElement {
    const { latency } = utterance;
    const figures: [string, number | null][] = [
      ["detected", latency.detection_ms], ["first partial", latency.first_partial_ms], ["decode", latency.decode_ms],
      ["speech end → final", latency.speech_end_to_final_ms], ["release → final", latency.release_to_final_ms], ["typed in", latency.injection_ms]];
    const known = figures.filter(([, its]) => its !== null);
    const figure = ([name, its]: [string, number | null]) => element("span", {}, name, " ", element("b", {}, milliseconds(its)));
    return element("li", {}, element("div", {}, element("p", {}, utterance.text), element("p", { class: "figures" }, ...known.map(figure))),
      waterfall(utterance));
  }
}
