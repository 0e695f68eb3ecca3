import { element, panel, write } from "./element";
import type { State } from "./state";

// What has been said, and what is being said: the part that will not change any more, and the rest.
export class Speech {
  readonly element: HTMLElement;
  private readonly said = element("div", { id: "said", role: "log", "aria-live": "polite", "aria-label": "what has been said" });
  private readonly stable = element("span", { id: "stable" });
  private readonly changing = element("span", { id: "changing" });
  private last = "";

  constructor() {
    this.element = panel("text", "Text", this.said, element("p", { id: "partial" }, this.stable, this.changing));
    this.element.tabIndex = -1;
  }

  show(state: State): void {
    const now = JSON.stringify(state.utterances.map((each) => [each.utterance, each.text, each.outcome]));
    if (now !== this.last) {
      this.last = now;
      this.said.replaceChildren(...state.utterances.map((each) => element(
        "p", { class: each.outcome !== null && each.outcome !== "typed" ? "lost" : "" }, each.text,
        ...(each.outcome !== null && each.outcome !== "typed" ? [element("small", {}, ` not typed: ${each.outcome.replace("_", " ")}`)] : []))));
      this.said.scrollTop = this.said.scrollHeight;
    }
    const characters = Array.from(state.partial?.text ?? "");
    const stable = state.partial?.stable_chars ?? 0;
    write(this.stable, characters.slice(0, stable).join(""));
    write(this.changing, characters.slice(stable).join(""));
  }
}
