import type { State } from "./state";

const SHORTEST_MS = 250;
const LONGEST_MS = 5000;
const STALE_MS = 2000; // the server tells ten times a second
const DEAD_MS = 10000; // a connection that says nothing for so long leads nowhere

export type Link = "connecting" | "live" | "stale" | "lost" | "refused";

// The token that a page opened as /?token=… was given: kept for this tab, and out of sight.
function token(): string {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (given !== null) {
    sessionStorage.setItem("token", given);
    address.searchParams.delete("token");
    history.replaceState(null, "", address);
  }
  const kept = sessionStorage.getItem("token");
  return kept === null ? "" : `?token=${encodeURIComponent(kept)}`;
}

// Hears the server for as long as the page is open; comes back by itself when it has been away.
export class Connection {
  private readonly token = token();
  private readonly address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws${this.token}`;
  private pause = SHORTEST_MS;
  private heardAt = performance.now();
  private socket: WebSocket | null = null;
  private again = 0; // the timer of the next attempt

  constructor(private readonly show: (state: State) => void, private readonly say: (link: Link) => void) {
    say("connecting");
    this.open();
    setInterval(() => this.doubt(), STALE_MS / 4);
    // Whoever comes back to the page, or to the network, does not wait for the next attempt.
    document.addEventListener("visibilitychange", () => this.hurry());
    addEventListener("online", () => this.hurry());
  }

  private doubt(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const silent = performance.now() - this.heardAt;
    if (silent > DEAD_MS) this.socket.close();
    else if (silent > STALE_MS) this.say("stale");
  }

  private hurry(): void {
    if (document.hidden || this.again === 0) return;
    clearTimeout(this.again);
    this.open();
  }

  // A WebSocket is not told why it is refused.
  private async askWhy(): Promise<void> {
    const answer = await fetch(`healthz${this.token}`).catch(() => null);
    if (answer?.status === 403) this.say("refused");
  }

  private open(): void {
    this.again = 0;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => { this.heardAt = performance.now(); };
    socket.onmessage = (message: MessageEvent<string>) => {
      this.pause = SHORTEST_MS;
      this.heardAt = performance.now();
      this.say("live");
      this.show(JSON.parse(message.data) as State);
    };
    socket.onclose = () => {
      this.say("lost");
      void this.askWhy();
      this.again = setTimeout(() => this.open(), this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST_MS);
    };
  }
}
