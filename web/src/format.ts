export const UNKNOWN = "–";

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

export function count(value: number | null): string {
  return value === null ? UNKNOWN : String(value);
}

export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

export function decibel(peak: number): string {
  return peak > 0 ? `${(20 * Math.log10(peak)).toFixed(0)} dBFS` : "silent";
}

// "speech_end_to_final" as people say it.
export function spoken(name: string): string {
  return name.replaceAll("_", " ");
}
