// The networks with LoRA that go to Keras and back.
import { Input, layers, Sequential } from '../../../src/index.js';
import { layerCase } from './case.js';
import type { Case } from './case.js';

/** Layers with LoRA, as they are and quantized. Training does not go on as before: a file holds sums, and A and B start over. */
export function loraCases(): Case[] {
  const steps = [8, 3];
  const image = [6, 5, 4];
  const lora = { loraRank: 2, loraAlpha: 3 };
  const dense = (): readonly layers.Layer[] => [
    new layers.Dense(6, { activation: 'tanh', ...lora }),
  ];
  const einsum = (): readonly layers.Layer[] => [
    new layers.EinsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'de', ...lora }),
    new layers.EinsumDense('abde,dec->abc', [null, 4], { loraRank: 1 }),
  ];
  const plain = [
    layerCase('LoRA: Dense', steps, dense(), false),
    layerCase('LoRA: EinsumDense', steps, einsum(), false),
    layerCase('LoRA: Conv1D', steps, [new layers.Conv1D(4, 3, lora)], false),
    layerCase('LoRA: Conv2D', image, [new layers.Conv2D(4, 3, { groups: 2, ...lora })], false),
    layerCase('LoRA: Conv3D', [4, ...image], [new layers.Conv3D(2, 2, lora)], false),
    layerCase(
      'LoRA: a model inside',
      steps,
      [new Sequential([Input({ shape: steps }), new layers.Dense(4, lora), new layers.Dense(3)])],
      false,
    ),
  ];
  const quantized = [
    layerCase('LoRA of int8: Dense', steps, dense(), false),
    layerCase('LoRA of int8: EinsumDense', steps, einsum(), false),
  ].map((each) => ({ ...each, quantized: 'int8' as const }));
  return [...plain, ...quantized];
}
