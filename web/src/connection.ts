import type { State } from "./state";

const SHORTEST_MS = 250;
const LONGEST_MS = 5000;
const STALE_MS = 2000; // the server tells ten times a second

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
  private heardAt = 0;
  private socket: WebSocket | null = null;

  constructor(private readonly show: (state: State) => void, private readonly say: (link: Link) => void) {
    this.open();
    setInterval(() => {
      if (this.socket?.readyState === WebSocket.OPEN && performance.now() - this.heardAt > STALE_MS) this.say("stale");
    }, STALE_MS / 4);
  }

  // A WebSocket is not told why it is refused.
  private async askWhy(): Promise<void> {
    const answer = await fetch(`healthz${this.token}`).catch(() => null);
    if (answer?.status === 403) this.say("refused");
  }

  private open(): void {
    this.say("connecting");
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onmessage = (message: MessageEvent<string>) => {
      this.pause = SHORTEST_MS;
      this.heardAt = performance.now();
      this.say("live");
      this.show(JSON.parse(message.data) as State);
    };
    socket.onclose = () => {
      this.say("lost");
      void this.askWhy();
      setTimeout(() => this.open(), this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST_MS);
    };
  }
}
