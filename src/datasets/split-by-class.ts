/**
 * Sample numbers of both parts, ascending. The k-th sample of a class (from 0) is for testing if
 * `floor((k + 1) * testSplit) > floor(k * testSplit)`: `floor(count * testSplit)` of them in all.
 */
export function splitByClass(
  labels: Uint8Array,
  testSplit: number,
): { readonly train: readonly number[]; readonly test: readonly number[] } {
  const seen = new Map<number, number>();
  const train: number[] = [];
  const test: number[] = [];
  labels.forEach((label, sample) => {
    const k = seen.get(label) ?? 0;
    seen.set(label, k + 1);
    const isTest = Math.floor((k + 1) * testSplit) > Math.floor(k * testSplit);
    (isTest ? test : train).push(sample);
  });
  return { train, test };
}
