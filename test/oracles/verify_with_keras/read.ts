// Reads what Keras saved for the models that write.ts wrote, and compares bit for bit.
//   npx tsx test/oracles/verify_with_keras/read.ts FOLDER
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { models, optimizers } from '../../../src/index.js';
import type { Variable } from '../../../src/index.js';
import { inLegacyFiles } from './registered.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say from which folder.');

/** Of A, Keras's files of whole models have zeros, of which nothing is learned. */
const startsOver = ({ name }: Variable): boolean => /^lora_\w+_a$/.test(name);

const bitsOf = (variables: readonly Variable[]): string =>
  variables
    .map(
      ({ value, shape }) => `${shape.join()}:${Buffer.from(value.data().buffer).toString('hex')}`,
    )
    .join('\n');
const stateOf = (model: models.AnyModel): Record<string, string> => ({
  weights: bitsOf(model.weights.filter((weight) => !startsOver(weight))),
  'optimizer state': bitsOf(model.optimizer?.variables ?? []),
});

/** Whether Keras quantizes a weight of the model again as it saves it, since A and B might have changed it. */
const isQuantizedAgain = (model: models.AnyModel): boolean =>
  model.layers.some(({ adapter }) => adapter?.weight.quantized?.mode === 'int8');

/** Whether the weights are the same but for what float32 loses. */
const areNear = (a: models.AnyModel, b: models.AnyModel): boolean => {
  const others = b.getWeights();
  return a.getWeights().every((values, i) => {
    const other = others[i]?.data() ?? [];
    return values.data().every((x, at) => Math.abs(x - Number(other[at])) <= 1e-6);
  });
};

/** What is not the same in the model that Keras wrote. */
function differences(file: string, ours: models.Model, back: models.Model): string[] {
  const state = stateOf(back);
  if (isQuantizedAgain(ours)) return areNear(ours, back) ? [] : [`${file}: other weights`];
  return Object.entries(stateOf(ours))
    .filter(([name, bits]) => state[name] !== bits)
    .map(([name]) => `${file}: other ${name}`);
}

async function readBack(file: string, isQuantized: boolean): Promise<string[]> {
  const load = (name: string): Promise<models.Model> =>
    models.loadModel(path.join(String(folder), name), { customObjects: inLegacyFiles });
  const ours = await load(`${file}.keras`);
  const problems: string[] = [];
  // Keras itself reads no `.h5` with operations: their module is not in it.
  const hasOperations = ours.layers.some((layer) => 'operationName' in layer);
  // Nor does it write one of an optimizer that has several variables of one name.
  const { Adafactor, LossScaleOptimizer, MultiOptimizer } = optimizers;
  const isWritten = ![Adafactor, LossScaleOptimizer, MultiOptimizer].some(
    (type) => ours.optimizer instanceof type,
  );
  const hasLegacy = !hasOperations && !isQuantized && isWritten;
  for (const name of [`${file}.back.keras`, ...(hasLegacy ? [`${file}.back.h5`] : [])]) {
    try {
      const found = differences(name, ours, await load(name));
      // Optimizers of quantized models start over, there for more weights than here.
      problems.push(...(isQuantized ? found.filter((each) => each.endsWith('weights')) : found));
    } catch (error) {
      problems.push(`${name}: ${String(error)}`);
    }
  }
  if (isQuantized) return problems;
  const cleared = await load(`${file}.keras`);
  for (const { value } of [...cleared.weights, ...(cleared.optimizer?.variables ?? [])]) {
    value.data().fill(0);
  }
  await cleared.loadWeights(path.join(String(folder), `${file}.back.weights.h5`));
  problems.push(...differences(`${file}.back.weights.h5`, ours, cleared));
  return problems;
}

const cases = JSON.parse(await readFile(path.join(folder, 'cases.json'), 'utf8')) as {
  readonly name: string;
  readonly file: string;
  readonly quantized?: string;
}[];
let failed = 0;
for (const { name, file, quantized } of cases) {
  const problems = await readBack(file, quantized !== undefined).catch((error: unknown) => [
    String(error),
  ]);
  if (problems.length > 0) failed += 1;
  console.log(`${problems.length > 0 ? '✗' : '✓'} ${name}, back from Keras`);
  for (const problem of problems) console.log(`    ${problem}`);
}
console.log(
  `lanegrad: ${cases.length - failed} of ${cases.length} come back from Keras bit for bit`,
);
process.exitCode = failed > 0 ? 1 : 0;
