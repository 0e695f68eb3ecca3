// Makes an element. Text is always text, whoever wrote it.
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A part of the page under a heading; `note` stands at the other end of the heading's line.
export function panel(id: string, title: string, note: Node | string, ...children: (Node | string)[]): HTMLElement {
  const heading = element("h2", { id: `${id}-title` }, title);
  return element("section", { id, class: "panel", "aria-labelledby": heading.id }, element("div", { class: "head" }, heading, note), ...children);
}

// What the colours mean: [class, words].
export function legend(...entries: [string, string][]): HTMLElement {
  return element("p", { class: "legend" }, ...entries.map(([kind, words]) => element("span", {}, element("i", { class: kind }), words)));
}

// Changes what is there only where it differs: what a reader has marked stays marked.
export function write(into: Node, text: string): void {
  const first = into.firstChild;
  if (first instanceof Text && first.nextSibling === null) {
    if (first.data !== text) first.data = text;
  } else if (into.textContent !== text) {
    into.textContent = text;
  }
}

export function describe(whom: Element, text: string): void {
  if (whom.getAttribute("aria-label") !== text) whom.setAttribute("aria-label", text);
}

// Where it is larger than its place it is scrolled, by the keyboard as well; elsewhere Tab passes it by.
export function scrollable<E extends HTMLElement>(whom: E): E {
  const look = () => {
    if (whom.scrollWidth > whom.clientWidth + 1 || whom.scrollHeight > whom.clientHeight + 1) whom.tabIndex = 0;
    else whom.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver(look);
  sizes.observe(whom);
  if (whom.firstElementChild !== null) sizes.observe(whom.firstElementChild);
  new MutationObserver(look).observe(whom, { childList: true });
  whom.classList.add("scroll");
  return whom;
}
