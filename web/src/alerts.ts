import { element } from "./element";
import { clock } from "./format";
import type { Alert } from "./state";

// What is wrong, or was until a moment ago; nothing at all when all is well.
export class Alerts {
  readonly element = element("div", { id: "alerts", role: "alert" });
  private shown = "[]";

  show(alerts: Alert[]): void {
    const told = alerts.filter((alert) => alert.state !== "pending");
    const now = JSON.stringify(told);
    if (now === this.shown) return;
    this.shown = now;
    const firing = told.filter((alert) => alert.state === "firing");
    document.title = firing.length === 0 ? "VoiceStand" : `${firing.map((alert) => alert.name).join(", ")} – VoiceStand`;
    this.element.replaceChildren(...told.map((alert) => element(
      "p", { class: alert.state === "firing" ? alert.severity : "resolved" },
      element("strong", {}, alert.name), ` ${alert.message} `,
      element("time", {}, `${alert.state === "firing" ? "since" : "over since"} ${clock(alert.since_s)}`))));
  }
}
