import { Alerts } from "./alerts";
import { Connection } from "./connection";
import { element } from "./element";
import { Header } from "./header";
import { Latency } from "./latency";
import { Machine } from "./machine";
import { Pace } from "./pace";
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

// What moves, with the next picture of the screen after the server has told it: a page that nobody sees has none, and costs
// nothing but its alerts.
const moving = new Pace(0, (state) => {
  header.show(state);
  sound.show(state.windows);
  speech.show(state);
  utterances.show(state.utterances);
});

// What is read: digits that change ten times a second are not.
const figures = new Pace(500, (state) => {
  vitals.show(state);
  latency.show(state.latency);
  machine.show(state);
});

function show(state: State): void {
  alerts.show(state.alerts);
  moving.show(state);
  figures.show(state);
}

new Connection(show, (link) => header.say(link));
