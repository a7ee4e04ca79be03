// nanoGPT's settings for a CPU: four blocks of four heads, 128 wide, contexts of 64 characters, 12 of them in a batch.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { arange, losses, optimizers, random, tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { makeGpt } from '../../examples/gpt/model.js';
import { networkContenders } from '../runner/contenders.js';
import { atMost, secondThread } from './workload.js';
import type { Samples, Workload } from './workload.js';

const gpt = { blocks: 4, heads: 4, width: 128, context: 64, characters: 65 } as const;
const BATCH_SIZE = 12;
const STEPS_PER_EPOCH = 20;

interface Sizes {
  readonly blocks: number;
  readonly width: number;
  readonly context: number;
  readonly characters: number;
}

/** Operations of the products of a step: all gradients are asked for, and of attention one half is left out. */
export function gptFlops({ blocks, width, context, characters }: Sizes, batchSize: number): number {
  const weights = blocks * 12 * width ** 2 + width * characters;
  const attention = (blocks * 2 * width * context * (context + 1)) / 2;
  return 3 * 2 * batchSize * (context * weights + attention);
}

export const gptWorkload: Workload = {
  name: 'gpt',
  about:
    `nanoGPT's setting for a CPU: ${gpt.blocks} blocks of ${gpt.heads} heads, ${gpt.width} wide, context ${gpt.context}, ` +
    `${gpt.characters} characters, AdamW, norm of the gradients at most 1, batch ${BATCH_SIZE}`,
  batchSize: BATCH_SIZE,
  model: () => {
    const model = makeGpt({ ...gpt, seed: 1 });
    // As that of the example, with one rate for all steps: contenders differ in how many they do.
    const optimizer = new optimizers.AdamW({
      learningRate: 0.001,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0.1,
      globalClipnorm: 1,
    });
    optimizer.excludeFromWeightDecay({ names: ['gamma'] });
    model.compile({
      optimizer,
      loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    });
    return model;
  },
  inputs: (tokens) => [tokens, arange(gpt.context).broadcastTo(tokens.shape)],
  samples: () => {
    const rows = STEPS_PER_EPOCH * BATCH_SIZE;
    const text = readText();
    const length = text?.length ?? 100_000;
    const characters =
      text ?? Int32Array.from(random.randint([length], 0, gpt.characters, { seed: 4 }).data());
    const starts = random.randint([rows], 0, length - gpt.context - 1, { seed: 5 }).data();
    const windows = (shift: number): Tensor => {
      const values = Array.from(starts, (start) =>
        Array.from(characters.subarray(start + shift, start + shift + gpt.context)),
      );
      return tensor(values, { dtype: 'int32' });
    };
    const source = text === undefined ? 'random characters' : 'parts of Tiny Shakespeare';
    return { x: windows(0), y: windows(1), source } satisfies Samples;
  },
  sizes: { network: 'gpt', ...gpt },
  productFlops: gptFlops(gpt, BATCH_SIZE),
  contenders: networkContenders('gpt'),
  wanted: [
    ...atMost(1, { strict: 2.2, relaxed: 1.8 }),
    ...atMost(2, { strict: 1.5, relaxed: 1.25 }),
    secondThread,
  ],
  commonSteps: 5,
  rowsAre: 'texts',
};

/** The numbers of the characters of LANEGRAD_DATA_DIR/text/tinyshakespeare.txt.gz; undefined if it does not exist. */
function readText(): Int32Array | undefined {
  const file = path.join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'text/tinyshakespeare.txt.gz');
  if (!existsSync(file)) return undefined;
  const text = gunzipSync(readFileSync(file)).toString();
  const vocabulary = [...new Set(text)].toSorted();
  const numbers = new Map(vocabulary.map((character, i) => [character, i]));
  return Int32Array.from(text, (character) => numbers.get(character) ?? 0);
}
