import type { Link } from "./connection";
import { element, write } from "./element";
import { clock, duration } from "./format";
import type { State } from "./state";

const LINKS: Record<Link, string> = {
  connecting: "connecting…",
  live: "live",
  stale: "nothing new",
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
  private at_s: number | null = null;

  constructor(theme: HTMLElement) {
    this.element = element(
      "header", {}, element("h1", {}, "VoiceStand"), this.state, this.engine, this.program,
      element("span", { class: "end" }, this.link, theme));
  }

  show(state: State): void {
    this.at_s = state.at_s;
    write(this.state, state.state);
    this.state.className = state.state;
    write(this.engine, [state.input, state.model, state.engine, state.isa].filter((its) => its !== null).join(" · "));
    const { command, version, commit, pid, uptime_s } = state.program;
    write(this.program, `${command} ${version} (${commit}) · process ${pid} · up ${duration(uptime_s)}`);
  }

  say(link: Link): void {
    const old = (link === "stale" || link === "lost") && this.at_s !== null ? `: as it was at ${clock(this.at_s)}` : "";
    write(this.link, LINKS[link] + old);
    document.body.dataset["link"] = link;
  }
}
