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
  element("main", {}, sound.element, speech.element, latency.element, utterances.element, machine.element));

function show(state: State): void {
  header.show(state);
  alerts.show(state.alerts);
  speech.show(state);
  machine.show(state);
  utterances.show(state.utterances);
  if (document.hidden) return;
  sound.show(state.windows);
  latency.show(state.latency);
}

new Connection(show, (link) => header.say(link));
