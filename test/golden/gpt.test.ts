// A transformer that writes text (nanoGPT's setting for a CPU), trained by PyTorch: logits of the first step, and losses,
// gradients and rates of 60 steps. Its weights are too large for the project: the test runs where the golden files and the text are.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeGpt, makeOptimizer } from '../../examples/gpt/model.js';
import type { Gpt } from '../../examples/gpt/model.js';
import { readNpz } from '../../src/data.js';
import { Dense, Embedding, LayerNormalization, MultiHeadAttention } from '../../src/layers.js';
import {
  add,
  mean,
  sparseSoftmaxCrossEntropy,
  sqrt,
  square,
  sum,
  valueAndGrad,
} from '../../src/engine/ops/index.js';
import { arange, tensor, tidy } from '../../src/engine/tensor/index.js';
import type { Tensor, Variable } from '../../src/engine/tensor/index.js';
import { expectAllClose, goldenFolder, readJson } from './cases.js';

interface Run {
  readonly source: string;
  readonly setting: {
    readonly layers: number;
    readonly heads: number;
    readonly width: number;
    readonly context: number;
    readonly batch: number;
    readonly vocabulary: string;
    readonly layer_norm_epsilon: number;
  };
  /** Where the samples of each step begin in the text. */
  readonly offsets: readonly (readonly number[])[];
  readonly rates: readonly number[];
  readonly steps: number;
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
  readonly first_logits: { readonly shape: readonly number[]; readonly data: readonly number[] };
}

const { source, setting, offsets, rates, losses, ...golden } = readJson('gpt/gpt') as Run;

const weightsFile = join(goldenFolder, 'gpt/init.npz');
const textFile = join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'text/tinyshakespeare.txt.gz');
const isThere = existsSync(weightsFile) && existsSync(textFile);

/** Samples of a step: characters as numbers, and those that come next. */
function batchOf(text: string, starts: readonly number[]): readonly [x: Tensor, next: Tensor] {
  const { context, vocabulary } = setting;
  const from = (shift: number): Tensor =>
    tensor(
      Int32Array.from(
        starts.flatMap((start) =>
          Array.from({ length: context }, (_, i) =>
            vocabulary.indexOf(text[start + shift + i] ?? ''),
          ),
        ),
      ),
      { shape: [starts.length, context] },
    );
  return [from(0), from(1)];
}

/** The weights of the golden file, in the model's names and shapes. */
async function loadWeights(model: Gpt): Promise<void> {
  const { heads, layers } = setting;
  const arrays = await readNpz(weightsFile);
  const take = (name: string, variable: Variable | null | undefined, shape?: number[]): void => {
    const value = arrays[name];
    if (value === undefined || !variable) throw new Error(`no weights '${name}'`);
    variable.assign(shape === undefined ? value : value.reshape(shape));
  };
  const layer = <L extends object>(
    name: string,
    type: abstract new (...given: never[]) => L,
  ): L => {
    const found = model.getLayer(name);
    if (!(found instanceof type)) throw new Error(`layer ${name} is no ${type.name}`);
    return found;
  };
  take('token_embedding', layer('token_embedding', Embedding).embeddings);
  take('position_embedding', layer('place_embedding', Embedding).embeddings);
  for (let i = 0; i < layers; i++) {
    take(`block${i}/norm1/gamma`, layer(`attention_norm_${i}`, LayerNormalization).gamma);
    take(`block${i}/norm2/gamma`, layer(`dense_norm_${i}`, LayerNormalization).gamma);
    const attention = layer(`attention_${i}`, MultiHeadAttention);
    const { queryDense, keyDense, valueDense, outputDense } = attention;
    // Columns of the file are heads one after another.
    const projections = { query: queryDense, key: keyDense, value: valueDense };
    for (const [name, projection] of Object.entries(projections)) {
      take(`block${i}/attention/${name}`, projection?.kernel, [-1, heads, attention.keyDim]);
    }
    take(`block${i}/attention/output`, outputDense?.kernel, [heads, attention.keyDim, -1]);
    take(`block${i}/up`, layer(`up_${i}`, Dense).kernel);
    take(`block${i}/down`, layer(`down_${i}`, Dense).kernel);
  }
  take('norm/gamma', layer('norm', LayerNormalization).gamma);
}

describe(`the GPT of the examples agrees with ${source}`, () => {
  it.skipIf(!isThere)(
    `trains for ${losses.length} steps (needs gpt/init.npz in LANEGRAD_GOLDEN_DIR, text in LANEGRAD_DATA_DIR)`,
    async () => {
      const text = gunzipSync(readFileSync(textFile)).toString();
      const { vocabulary, layers: blocks, heads, width, context } = setting;
      const model = makeGpt({ characters: vocabulary.length, context, blocks, heads, width });
      await loadWeights(model);
      const optimizer = makeOptimizer(golden.steps);
      const variables = model.trainableWeights;
      const positions = arange(context).broadcastTo([setting.batch, context]);
      for (const [step, expected] of losses.entries()) {
        tidy(() => {
          const [x, next] = batchOf(text, offsets[step] ?? []);
          const { value, gradients, aux } = valueAndGrad(() => {
            const logits = model.apply([x, positions], { training: true });
            return [mean(sparseSoftmaxCrossEntropy(logits, next)), logits];
          }, variables);
          if (step === 0) {
            const [rows = 0, columns = 0] = golden.first_logits.shape;
            const first = aux.data().slice(0, rows * columns);
            expectAllClose(first, golden.first_logits.data, 'logits');
          }
          expect(Math.abs(value.item() - expected), `loss of step ${step}`).toBeLessThan(1e-3);
          const norm = sqrt(
            gradients.map((gradient) => sum(square(gradient ?? 0))).reduce((a, b) => add(a, b)),
          );
          const length = golden.gradient_norms[step] ?? NaN;
          expect(norm.item() / length, `gradient of step ${step}`).toBeCloseTo(1, 3);
          expect(optimizer.learningRate, `rate of step ${step}`).toBeCloseTo(rates[step] ?? NaN, 7);
          optimizer.apply(gradients, variables);
        });
      }
    },
  );
});
