import type uPlot from "uplot";
import { element, write } from "./element";

const NAMES = ["auto", "light", "dark"] as const;

export const FONT = "11px system-ui, sans-serif";

let colours = new Map<string, string>(); // as they are now

// Which colours a canvas is drawn in: those of the style sheet.
export function colour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, value);
  }
  return value;
}

// A hook of uPlot, which remembers what it has set in the context and must find it again.
export function apart(draw: (plot: uPlot) => void): (plot: uPlot) => void {
  return (plot) => {
    plot.ctx.save();
    draw(plot);
    plot.ctx.restore();
  };
}

// A button that goes through the colours; `changed` is told of each change, the system's own as well.
export function themeSwitch(changed: () => void): HTMLElement {
  const button = element("button", { type: "button", id: "theme" });
  const forget = () => {
    colours = new Map();
    changed();
  };
  const apply = (name: string) => {
    document.documentElement.dataset["theme"] = name;
    write(button, `Colours: ${name}`);
    forget();
  };
  button.onclick = () => {
    const now = NAMES.findIndex((name) => name === document.documentElement.dataset["theme"]);
    const next = NAMES[(now + 1) % NAMES.length]!;
    localStorage.setItem("theme", next);
    apply(next);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", forget);
  apply(NAMES.find((name) => name === localStorage.getItem("theme")) ?? "auto");
  return button;
}
