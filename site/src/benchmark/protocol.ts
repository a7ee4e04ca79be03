// What the benchmark's page and its worker tell each other.

export interface Settings {
  readonly units: number;
  readonly batch: number;
}

export interface Request {
  readonly type: 'measure';
  readonly settings: Settings;
}

export const ENGINES = { lanegrad: 'lanegrad, one thread', plain: 'Plain JavaScript' } as const;
export type Engine = keyof typeof ENGINES;

export interface Measured {
  readonly type: 'measured';
  readonly engine: Engine;
  /** Training steps a second: the median of the rounds so far. */
  readonly speed: number;
  /** The loss after the first `COMPARED` steps, from the same weights with the same batches. */
  readonly loss: number;
  readonly round: number;
}

export const UNITS = [32, 128, 512];
export const BATCHES = [32, 128];
/** Rounds, each with both engines one after the other. */
export const ROUNDS = 5;
export const COMPARED = 20;
export const RATE = 0.1;
