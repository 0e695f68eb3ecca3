import type { Link } from "./connection";
import { element, write } from "./element";
import { duration } from "./format";
import type { State } from "./state";

const LINKS: Record<Link, string> = {
  connecting: "connecting…",
  live: "live",
  stale: "nothing new for a while",
  lost: "connection lost, trying again",
  refused: "it takes the token: open this page as /?token=…",
};

// What runs, what it does, and whether this is how it is now.
export class Header {
  readonly element: HTMLElement;
  private readonly state = element("strong", { id: "state" });
  private readonly engine = element("span", { id: "engine" });
  private readonly program = element("span", { id: "program" });
  private readonly link = element("span", { id: "link", role: "status" });

  constructor(theme: HTMLElement) {
    this.element = element(
      "header", {}, element("h1", {}, "VoiceStand"), this.state, this.engine, this.program,
      element("span", { class: "end" }, this.link, theme));
  }

  show(state: State): void {
    write(this.state, state.state);
    this.state.className = state.state;
    write(this.engine, [state.input, state.model, state.engine, state.isa].filter((its) => its !== null).join(" · "));
    write(this.program, `${state.program.command} ${state.program.version} (${state.program.commit}), up ${duration(state.program.uptime_s)}`);
  }

  say(link: Link): void {
    write(this.link, LINKS[link]);
    document.body.dataset["link"] = link;
  }
}
