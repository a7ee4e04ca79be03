// Reads models that exporters of other libraries wrote, and compares them with what ONNX Runtime computes:
// exported_tensorflow.py and exported_scikit_learn.py write both.
//   npx tsx test/oracles/onnx/exported.ts <folder>
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { tensor } from '../../../src/index.js';
import type { DTypeName, Tensor } from '../../../src/index.js';
import { loadOnnx } from '../../../src/io/onnx.js';

interface Dumped {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

interface Expected {
  readonly inputs: readonly Dumped[];
  readonly names: readonly string[];
  readonly outputs: readonly Dumped[];
}

const TOLERANCE = 1e-4;
const [folder = ''] = process.argv.slice(2);

const tensorOf = ({ shape, dtype, data }: Dumped): Tensor =>
  tensor([...data], {
    shape: [...shape],
    dtype: (dtype.startsWith('int') ? 'int32' : dtype) as DTypeName,
  });

/** The largest difference of an output, relative to numbers above 1. */
function difference(found: Tensor, { shape, data }: Dumped): number {
  if (String(found.shape) !== String(shape))
    throw new Error(`shape [${found.shape.join(', ')}] instead of [${shape.join(', ')}]`);
  const elements = found.data();
  const apart = data.map((value, i) =>
    Math.abs(value - (elements[i] ?? NaN)) / Math.max(1, Math.abs(value)),
  ); // prettier-ignore
  return Math.max(0, ...apart.map((value) => (Number.isNaN(value) ? Infinity : value)));
}

async function differenceOf(file: string): Promise<number> {
  const expected = JSON.parse(readFileSync(file.replace(/\.onnx$/, '.json'), 'utf8')) as Expected;
  const model = await loadOnnx(file, { outputs: expected.names });
  const inputs = expected.inputs.map(tensorOf);
  const given = inputs.length === 1 ? inputs[0] : inputs;
  const results = [model.predictOnBatch(given as never)].flat();
  const found = expected.outputs.map((output, i) => {
    const result = results[i];
    return result === undefined ? Infinity : difference(result, output);
  });
  model.dispose();
  return Math.max(...found);
}

const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
let passed = 0;
for (const name of files) {
  const problem = await differenceOf(path.join(folder, name)).then(
    (apart) => (apart <= TOLERANCE ? undefined : `off by ${apart.toPrecision(2)}`),
    (error: unknown) => String(error),
  );
  if (problem === undefined) passed++;
  else console.log(`${name}: ${problem}`);
}
console.log(
  `${passed} of ${files.length} models of other exporters within ${TOLERANCE} of ONNX Runtime`,
);
if (passed < files.length || files.length === 0) process.exitCode = 1;
