import { element, legend, panel, scrollable } from "./element";
import { milliseconds, moment } from "./format";
import type { Utterance } from "./state";
import { beginning, ending, lane, reach, release, scale, type Reach } from "./waterfall";

// The last utterances, the newest first, each with its own way through the program.
export class Utterances {
  readonly element = panel("utterances", "Utterances", element("span", { class: "note" }, "milliseconds after its first sound, and after its last"));
  private readonly list = scrollable(element("ol", { class: "waterfalls" }));
  private readonly marks = element("div", { class: "utterance axis" });
  private last = "";

  constructor() {
    this.element.append(this.marks, this.list, legend(
      ["device", "in the device"], ["conditioning", "conditioned"], ["detection", "detected"], ["recognition", "recognised"],
      ["pause", "end decided"], ["handing", "handed over"], ["typing", "typed"], ["release", "key up"]));
  }

  show(utterances: Utterance[]): void {
    const now = JSON.stringify(utterances);
    if (now === this.last) return;
    this.last = now;
    this.element.classList.toggle("none", utterances.length === 0);
    const first = reach(utterances.flatMap((each) => beginning(each).flatMap((bar) => [bar.from, bar.to])));
    const last = reach(utterances.flatMap((each) => [...ending(each).map((bar) => bar.to), release(each) ?? 0]));
    this.marks.replaceChildren(element("span"), scale(first), element("span", {}, "speech"), scale(last));
    this.list.replaceChildren(...utterances.toReversed().map((each) => this.row(each, first, last)));
  }

  private row(utterance: Utterance, first: Reach, last: Reach): HTMLElement {
    const { latency, start_s, end_s, confidence } = utterance;
    const figures: [string, string | null][] = [
      ["at", moment(start_s)],
      ["decode", latency.decode_ms === null ? null : milliseconds(latency.decode_ms)],
      ["confidence", confidence === null ? null : `${(100 * confidence).toFixed(0)} %`],
      ["key up → final", latency.release_to_final_ms === null ? null : milliseconds(latency.release_to_final_ms)],
      ["typing", latency.injection_ms === null ? null : milliseconds(latency.injection_ms)],
    ];
    const known = figures.flatMap(([name, its]) => (its === null ? [] : [element("span", {}, name, " ", element("b", {}, its))]));
    return element("li", { class: "utterance" },
      element("div", {}, element("p", { class: "words" }, utterance.text), element("p", { class: "figures" }, ...known)),
      lane(beginning(utterance), first), element("span", { class: "length" }, `${(end_s - start_s).toFixed(1)} s`),
      lane(ending(utterance), last, release(utterance)));
  }
}
