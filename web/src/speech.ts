import { element, panel, scrollable, write } from "./element";
import { moment, spoken } from "./format";
import type { State, Utterance } from "./state";

function outcome(utterance: Utterance): string {
  return utterance.outcome === null || utterance.outcome === "typed" ? "" : ` not typed: ${spoken(utterance.outcome)}`;
}

// What has been said, and what is being said: the part that will not change any more, and the rest.
export class Speech {
  readonly element: HTMLElement;
  private readonly said = scrollable(element("div", { id: "said", role: "log", "aria-live": "polite", "aria-label": "what has been said" }));
  private readonly stable = element("span", { id: "stable" });
  private readonly changing = element("span", { id: "changing" });
  private last = "[]";
  private shown: { key: string; line: HTMLElement; outcome: HTMLElement }[] = [];

  constructor() {
    const note = element("span", { class: "note" }, "bright stays, ", element("span", { class: "changing" }, "dim may change"));
    this.element = panel("text", "Text", note, this.said, element("p", { id: "partial" }, this.stable, this.changing));
    this.element.tabIndex = -1;
  }

  show({ utterances, partial }: State): void {
    this.showSaid(utterances);
    const characters = Array.from(partial?.text ?? "");
    const stable = partial?.stable_chars ?? 0;
    write(this.stable, characters.slice(0, stable).join(""));
    write(this.changing, characters.slice(stable).join(""));
  }

  // What is there already is left alone, so that it is read aloud once.
  private showSaid(utterances: Utterance[]): void {
    const now = JSON.stringify(utterances.map((each) => [each.utterance, each.start_s, each.text, each.outcome]));
    if (now === this.last) return;
    this.last = now;
    const keys = utterances.map((each) => `${each.utterance} ${each.start_s} ${each.text}`);
    for (const old of this.shown) if (!keys.includes(old.key)) old.line.remove();
    this.shown = this.shown.filter((old) => keys.includes(old.key));
    const atEnd = this.said.scrollHeight - this.said.scrollTop - this.said.clientHeight < 30;
    let added = false;
    utterances.forEach((each, index) => {
      let line = this.shown.find((old) => old.key === keys[index]);
      if (line === undefined) {
        line = this.line(each, keys[index]!);
        this.shown.push(line);
        added = true;
      }
      write(line.outcome, outcome(each));
      line.line.classList.toggle("lost", outcome(each) !== "");
    });
    if (added && atEnd) this.said.scrollTop = this.said.scrollHeight;
  }

  private line(utterance: Utterance, key: string): { key: string; line: HTMLElement; outcome: HTMLElement } {
    const became = element("small");
    const line = element("p", {}, element("time", {}, moment(utterance.start_s)), element("span", { class: "words" }, utterance.text), became);
    this.said.append(line);
    return { key, line, outcome: became };
  }
}
