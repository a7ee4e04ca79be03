import { tensor, tidy, valueAndGrad } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { array, fact, note, title } from '../terminal/page.js';

/** How far to go to both sides. float32 has 7 digits: smaller steps lose them, larger ones see the curve bend. */
const STEP = 2 ** -8;

/** The squared error of a small layer, tanh(x · W): a number for every W. */
const loss = (weights: Tensor): Tensor => {
  const x = tensor([0.5, -1, 2]);
  const target = tensor([0.25, -0.5]);
  return x.dot(weights).tanh().sub(target).square().sum();
};

/** A gradient, and what the slope looks like to a person who can only compute values. */
export function showGradients(): void {
  title('A gradient, checked by finite differences');
  note(
    'The gradient of a number in W has the shape of W: each entry says how fast the number grows with that entry. The ' +
      'same comes, slowly and roughly, from moving one entry at a time a little to both sides.',
  );
  tidy(() => {
    const weights = tensor([
      [0.1, -0.2],
      [0.3, 0.4],
      [0.25, -0.1],
    ]);
    const [value, gradient] = valueAndGrad(loss)(weights);
    fact('loss(W)', value.item().toFixed(5));
    array('W', weights);
    const slopes = finiteDifferences(weights);
    const exact = gradient.data();
    fact('entry of W', '     gradient   difference quotient');
    slopes.forEach((slope, i) => {
      const place = `      [${Math.floor(i / 2)}, ${i % 2}]`;
      fact(place, `${decimal(exact[i] ?? NaN)}   ${decimal(slope)}`);
    });
  });
}

const decimal = (x: number): string => x.toFixed(4).padStart(10);

/** (loss(W + step) − loss(W − step)) / (2 step), for each entry of W. */
function finiteDifferences(weights: Tensor): number[] {
  return Array.from(weights.data(), (_, i) => {
    const lossAt = (offset: number): number => {
      const moved = weights.data();
      moved[i] = (moved[i] ?? NaN) + offset;
      return loss(tensor(moved, { shape: weights.shape })).item();
    };
    return (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
  });
}
