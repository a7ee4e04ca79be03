export const version: string;

/** What a file is written of. */
export interface OnnxProblem {
  readonly architecture: unknown;
  readonly batchSize: number;
  readonly xType: { readonly shape: readonly number[] };
  readonly weights: readonly ArrayLike<number>[];
  readonly weightShapes: readonly (readonly number[])[];
}

export function write(problem: OnnxProblem): Uint8Array<ArrayBuffer>;

export function predictor(
  bytes: Uint8Array,
  input: Float32Array | Int32Array,
  shape: readonly number[],
): Promise<() => Promise<ArrayLike<number>>>;
