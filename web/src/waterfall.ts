import { element } from "./element";
import { milliseconds } from "./format";
import type { Utterance } from "./state";

export interface Bar {
  kind: string; // its colour
  name: string;
  from: number; // ms
  to: number;
}

// One after the other: each reaches from the end of the one before to its own time, all counted from the same moment.
function chain(start: number, steps: [kind: string, name: string, until: number | null][]): Bar[] {
  const bars: Bar[] = [];
  let from = start;
  for (const [kind, name, until] of steps) {
    if (until === null) continue;
    bars.push({ kind, name, from, to: Math.max(from, until) });
    from = Math.max(from, until);
  }
  return bars;
}

// What happens from the delivery of the first sample of speech on (0). It has waited in the device before.
export function beginning({ latency }: Utterance): Bar[] {
  return chain(-(latency.capture_ms ?? 0), [
    ["device", "in the device", latency.capture_ms === null ? null : 0],
    ["conditioning", "conditioned", latency.conditioning_ms],
    ["detection", "detected", latency.detection_ms],
    ["recognition", "first words", latency.first_partial_ms],
  ]);
}

// What happens from the delivery of the last sample of speech on (0). Decoding is not among it: it runs besides, mostly
// before the end is decided; what shows is how long the final text comes after that.
export function ending({ latency }: Utterance): Bar[] {
  const final = latency.speech_end_to_final_ms;
  const given = final === null || latency.text_ms === null ? null : final + latency.text_ms;
  return chain(0, [
    ["pause", "end decided", latency.endpoint_ms],
    // Where it is not known when the end was decided, it is not known either what took the time.
    latency.endpoint_ms === null ? ["pause", "end decided, final text", final] : ["recognition", "final text", final],
    ["handing", "given to the desktop", given],
    ["typing", "typed", final === null || latency.injection_ms === null ? null : (given ?? final) + latency.injection_ms],
  ]);
}

// When the key was let go, counted as in ending().
export function release({ latency }: Utterance): number | null {
  if (latency.speech_end_to_final_ms === null || latency.release_to_final_ms === null) return null;
  return latency.speech_end_to_final_ms - latency.release_to_final_ms;
}

// Which times a lane reaches over; the same in all rows, so that they can be compared.
export interface Reach {
  from: number;
  to: number;
}

export function reach(times: number[]): Reach {
  const from = Math.min(0, ...times);
  return { from, to: Math.max(100, ...times) };
}

export function lane(bars: Bar[], over: Reach, released: number | null = null): HTMLElement {
  const place = (ms: number) => `${((100 * (ms - over.from)) / (over.to - over.from)).toFixed(2)}%`;
  const its = element("div", {
    class: "lane", role: "img", "aria-label": bars.map((bar) => `${bar.name} at ${milliseconds(bar.to)}`).join(", ") || "not known" });
  const zero = element("i", { class: "zero" });
  zero.style.left = place(0);
  its.append(zero);
  for (const bar of bars) {
    const made = element("i", { class: bar.kind, title: `${bar.name}: ${milliseconds(bar.to - bar.from)}, until ${milliseconds(bar.to)}` });
    made.style.left = place(bar.from);
    made.style.width = `calc(${place(bar.to)} - ${place(bar.from)})`;
    its.append(made);
  }
  if (released !== null) {
    const mark = element("i", { class: "release", title: `key up at ${milliseconds(released)}` });
    mark.style.left = place(released);
    its.append(mark);
  }
  const last = bars.at(-1);
  if (last !== undefined) {
    const figure = element("b", {}, milliseconds(last.to));
    figure.style.left = place(last.to);
    its.append(figure);
  }
  return its;
}

// Round figures under the lanes.
export function scale(over: Reach): HTMLElement {
  const about = (over.to - over.from) / 4;
  const power = 10 ** Math.floor(Math.log10(about));
  const step = power * ([1, 2, 5].find((its) => its * power >= about) ?? 10);
  const marks = element("div", { class: "marks", "aria-hidden": "true" });
  for (let ms = Math.ceil(over.from / step) * step; ms <= over.to; ms += step) {
    const text = element("span", {}, ms < 1000 ? String(ms).replace("-", "−") : `${ms / 1000} s`);
    text.style.left = `${((100 * (ms - over.from)) / (over.to - over.from)).toFixed(2)}%`;
    marks.append(text);
  }
  return marks;
}
