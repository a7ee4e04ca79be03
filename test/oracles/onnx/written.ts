// Writes models as files of ONNX, with inputs and what the library computes of them: written.py gives them to ONNX Runtime.
//   npx tsx test/oracles/onnx/written.ts <folder>
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '../../../src/index.js';
import { saveOnnx } from '../../../src/io/onnx.js';
import { LAYERS } from '../../../src/extras/onnx/writing/rows/index.js';
import {
  layerCases,
  modelCases,
  operationCases,
  outputsOf,
} from '../../unit/onnx/written-cases.js';
import type { WrittenCase } from '../../unit/onnx/written-cases.js';

const [folder = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

/** A tensor as JSON; numbers that JSON has no words for stand as texts. */
const dump = (x: Tensor): object => ({
  shape: x.shape,
  dtype: x.dtype,
  data: Array.from(x.data(), (value) => (Number.isFinite(value) ? value : String(value))),
});

function* cases(): Generator<WrittenCase> {
  for (const one of layerCases()) {
    if (Object.hasOwn(LAYERS, one.name.split('-')[0] ?? '')) yield one;
    else one.model.dispose();
  }
  yield* operationCases();
  yield* modelCases();
}

let count = 0;
for (const { name, model, inputs } of cases()) {
  const at = path.join(folder, name.replaceAll(/[^\w.-]/g, '_'));
  await saveOnnx(model, `${at}.onnx`);
  const outputs = outputsOf(model, inputs);
  writeFileSync(
    `${at}.json`,
    JSON.stringify({ inputs: inputs.map(dump), outputs: outputs.map(dump) }),
  );
  model.dispose();
  count++;
}
console.log(`${count} models written`);
