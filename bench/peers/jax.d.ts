type Values = Float32Array<ArrayBuffer>;

export function makeSquareProduct(
  n: number,
  a: Values,
  b: Values,
): Promise<{
  readonly version: string;
  readonly time: () => Promise<number>;
  readonly values: () => ArrayLike<number>;
}>;
