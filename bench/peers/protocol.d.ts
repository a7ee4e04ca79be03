/** The form of a row of the data. */
export interface RowType {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** What protocol.js reads from the folder of a problem. */
export interface Problem {
  readonly folder: string;
  readonly task: 'train' | 'predict';
  readonly rows: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  readonly batchSize: number;
  readonly xType: RowType;
  readonly yType: RowType;
  readonly weightShapes: readonly (readonly number[])[];
  /** Those of int32 are Int32Array, which the steps of peers in JavaScript alone take. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer>;
  readonly weights: readonly Float32Array<ArrayBuffer>[];
}

export interface Segment {
  readonly seconds: number;
  /** Mean over the segment's samples. */
  readonly loss: number;
}

/** Trains on one batch of raw numbers and returns its mean loss. */
export type Step = (
  x: Float32Array<ArrayBuffer>,
  y: Float32Array<ArrayBuffer>,
  rows: number,
) => number | Promise<number>;

export interface Served {
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: string;
  readonly step?: Step;
  readonly train?: (order: number, steps: number) => Promise<Segment>;
}

export function readProblem(folder: string): Problem;
export function serve(start: (problem: Problem) => Served | Promise<Served>): Promise<void>;
