type Values = Float32Array<ArrayBuffer>;

export function makePredictors(
  sizes: { readonly inputs: number; readonly hidden: number; readonly classes: number },
  weights: readonly Values[],
): Promise<{
  readonly version: string;
  readonly layers: (values: Values) => ArrayLike<number>;
  readonly operations: (values: Values) => ArrayLike<number>;
}>;

export function makeTinyStep(
  sizes: {
    readonly inputs: number;
    readonly hidden: number;
    readonly outputs: number;
    readonly batchSize: number;
  },
  weights: readonly Values[],
  x: Values,
  y: Values,
): Promise<{ readonly version: string; readonly step: () => number }>;

export function makeLoader(
  json: Uint8Array,
  shard: Uint8Array<ArrayBuffer>,
): Promise<{ readonly version: string; readonly run: () => Promise<number> }>;
