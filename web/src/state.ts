// What the server tells, a whole picture each time (docs/watching.md). null: not known.

export interface Histogram {
  count: number;
  sum_ms: number;
  p50_ms: number | null;
  p90_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  p99_9_ms: number | null;
  max_ms: number | null;
  target_ms: number | null;
  buckets: { le_ms: number | null; count: number }[]; // cumulative
}

export interface Windows {
  length_s: number;
  end: number; // how many there have been
  peak: number[]; // 0 to 1
  probability: number[];
  speech: number[];
}

export interface Utterance {
  utterance: number;
  text: string;
  start_s: number;
  end_s: number;
  confidence: number | null;
  outcome: string | null;
  latency: Record<
    | "capture_ms" | "conditioning_ms" | "detection_ms" | "first_partial_ms" | "decode_ms" | "endpoint_ms"
    | "speech_end_to_final_ms" | "release_to_final_ms" | "text_ms" | "injection_ms",
    number | null
  >;
}

export interface Ring {
  name: string;
  capacity: number;
  fill_ratio: number;
  high_water_ratio: number;
  overruns: number;
  dropped_frames: number;
}

export interface Pool {
  block_bytes: number;
  blocks: number;
  in_use: number;
  high_water: number;
  exhausted: number;
}

export interface Thread {
  name: string;
  cpu_s: number;
  involuntary_switches: number;
  allocations: number | null;
  utilisation: number | null;
}

export interface Alert {
  name: string;
  severity: string;
  state: "pending" | "firing" | "resolved";
  since_s: number;
  message: string;
}

export interface State {
  schema: number;
  program: { version: string; commit: string; command: string; pid: number; uptime_s: number | null };
  at_s: number;
  state: string;
  input: string | null;
  model: string | null;
  engine: string | null;
  isa: string | null;
  audio_s: number;
  windows: Windows | null;
  partial: { utterance: number; text: string; stable_chars: number } | null;
  utterances: Utterance[];
  latency: Record<string, Histogram>;
  counters: {
    audio_frames: number;
    dropped_frames: number;
    overruns: number;
    utterances: number;
    realtime_allocations: number | null;
    processing_failures: Record<string, number>;
  };
  rings: Ring[];
  pool: Pool[];
  threads: Thread[];
  cores: { core: number; kind: string; utilisation: number }[] | null;
  memory: { rss_bytes: number | null; private_bytes: number | null; pool_bytes: number; telemetry_bytes: number };
  cpu: { utilisation: number | null };
  thermal: { zone: string; celsius: number }[];
  governor: { level: number; reason: string | null } | null;
  alerts: Alert[];
  viewers: number;
}
