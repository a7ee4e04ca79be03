import { checkNumber } from '../../config/index.js';

/**
 * How many samples of so many train, where a share of them tests; as Keras counts.
 *
 * @throws ValueError for what is no share.
 */
export function trainingCut(owner: string, testSplit = 0.2): (count: number) => number {
  checkNumber(owner, 'testSplit', testSplit, { min: 0, below: 1 });
  return (count) => Math.floor(count * (1 - testSplit));
}
