import { Alerts } from "./alerts";
import { Connection } from "./connection";
import { element } from "./element";
import { Header } from "./header";
import { Latency } from "./latency";
import { Machine } from "./machine";
import { Sound } from "./sound";
import { Speech } from "./speech";
import type { State } from "./state";
import { themeSwitch } from "./theme";
import { Utterances } from "./utterances";
import { Vitals } from "./vitals";

const vitals = new Vitals();
const sound = new Sound();
const speech = new Speech();
const latency = new Latency();
const utterances = new Utterances();
const machine = new Machine();
const alerts = new Alerts();
const header = new Header(themeSwitch(() => {
  sound.redraw();
  latency.redraw();
}));

document.getElementById("page")!.replaceWith(
  header.element, alerts.element,
  element("main", {}, vitals.element, sound.element, speech.element, latency.element, utterances.element, machine.element));

let newest: State | null = null; // not shown yet

// With the next picture of the screen; a page that nobody sees has none, and costs nothing but its alerts.
function draw(): void {
  const state = newest;
  newest = null;
  if (state === null) return;
  header.show(state);
  vitals.show(state);
  sound.show(state.windows);
  speech.show(state);
  latency.show(state.latency);
  utterances.show(state.utterances);
  machine.show(state);
}

function show(state: State): void {
  alerts.show(state.alerts);
  if (newest === null) requestAnimationFrame(draw);
  newest = state;
}

new Connection(show, (link) => header.say(link));
