// The networks that go to Keras and back with quantized weights.
import { Input, layers, Sequential, utils } from '../../../src/index.js';
import { layerCase } from './case.js';
import type { Case } from './case.js';

/** Layers whose weights are quantized, and a Dense. */
export function quantizedCases(): Case[] {
  // How much Keras's rounding of activations matters depends on the weights: the same ones, whatever cases come before.
  utils.setRandomSeed(0);
  const steps = [8, 3];
  const stacks: Readonly<Record<string, () => readonly layers.Layer[]>> = {
    Dense: () => [new layers.Dense(6, { activation: 'tanh' })],
    EinsumDense: () => [
      new layers.EinsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'de' }),
      new layers.EinsumDense('abde,dec->abc', [null, 4]),
    ],
    'a model inside': () => [
      new Sequential([Input({ shape: steps }), new layers.Dense(4), new layers.Dense(3)]),
    ],
    'a convolution': () => [new layers.Conv1D(4, 3)],
  };
  return (['int8', 'float16'] as const).flatMap((quantized) =>
    Object.entries(stacks).map(([name, stack]) => ({
      ...layerCase(`${quantized}: ${name}`, steps, stack(), false),
      quantized,
    })),
  );
}
