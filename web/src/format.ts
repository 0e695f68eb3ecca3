export const UNKNOWN = "–";

// Three digits, as far as there is a use for them.
export function milliseconds(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value >= 10000) return `${(value / 1000).toFixed(1)} s`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

export function percent(share: number | null): string {
  return share === null ? UNKNOWN : `${(100 * share).toFixed(1)} %`;
}

export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  return value < 1 << 20 ? `${(value / 1024).toFixed(0)} KiB` : `${(value / (1 << 20)).toFixed(1)} MiB`;
}

// In groups of three.
export function count(value: number | null): string {
  return value === null ? UNKNOWN : String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

// A place in a recording: "1:04.2".
export function moment(seconds: number): string {
  const tenths = Math.round(10 * seconds);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}

export function clock(unix_s: number): string {
  return new Date(1000 * unix_s).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

export function dbfs(peak: number): number {
  return peak > 0 ? Math.max(-99, 20 * Math.log10(peak)) : -99;
}

// "speech_end_to_final" as people read it.
export function spoken(name: string): string {
  return name.replaceAll("_", " ");
}
