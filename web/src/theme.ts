import { element, write } from "./element";

const NAMES = ["auto", "light", "dark"] as const;

// Which colours a canvas is drawn in: those of the style sheet, as they are now.
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// A button that goes through the colours; `changed` is told of each change, the system's own as well.
export function themeSwitch(changed: () => void): HTMLElement {
  const button = element("button", { type: "button", id: "theme" });
  const apply = (name: string) => {
    document.documentElement.dataset["theme"] = name;
    write(button, `Colours: ${name}`);
    changed();
  };
  button.onclick = () => {
    const now = NAMES.findIndex((name) => name === document.documentElement.dataset["theme"]);
    const next = NAMES[(now + 1) % NAMES.length]!;
    localStorage.setItem("theme", next);
    apply(next);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  apply(NAMES.find((name) => name === localStorage.getItem("theme")) ?? "auto");
  return button;
}
