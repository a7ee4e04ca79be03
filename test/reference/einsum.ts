// Einstein's sum by its definition: one product for every value of all labels.

import type { DenseArray } from './dense-array.js';
import { at, build, sizeOf, unravel } from './dense-array.js';

/**
 * `subscripts` consist of letters and name a result: 'ij,jk->ik'. An axis of length 1 repeats.
 */
export function einsum(subscripts: string, ...operands: DenseArray[]): DenseArray {
  const [left, right] = subscripts.split('->') as [string, string];
  const terms = left.split(',');
  const lengths = new Map<string, number>();
  terms.forEach((term, i) => {
    for (const [axis, label] of term.split('').entries()) {
      lengths.set(label, Math.max(lengths.get(label) ?? 1, operands[i]!.shape[axis]!));
    }
  });
  const output = right.split('');
  const summed = [...lengths.keys()].filter((label) => !output.includes(label));
  const sizes = summed.map((label) => lengths.get(label)!);
  return build(
    output.map((label) => lengths.get(label)!),
    (index) => {
      let sum = 0;
      for (let flat = 0; flat < sizeOf(sizes); flat++) {
        const inner = unravel(flat, sizes);
        const valueOf = (label: string): number =>
          output.includes(label) ? index[output.indexOf(label)]! : inner[summed.indexOf(label)]!;
        sum += terms.reduce(
          (product, term, i) => product * at(operands[i]!, term.split('').map(valueOf)),
          1,
        );
      }
      return sum;
    },
  );
}
