// Compiles the models of models.js in this Node, on the built package, and runs them: prints, as JSON, the cases for other hosts,
// with the hash of what `predictOnBatch` gives. A compiled model must give the same here. `null` without that arithmetic.
//   node scripts/fingerprint/compiled/make.mjs [--fused]
import { makeCases } from './models.js';
import { hashOf, hashOfModule, hashOfResults } from './run.js';

const isFused = process.argv.includes('--fused');
const lanegrad = await import(new URL('../../../dist/index.js', import.meta.url));
const compile = await import(new URL('../../../dist/compile.js', import.meta.url));
await lanegrad.configure({ threads: 1, relaxedSimd: isFused });

const base64 = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

async function written({ name, bytes, given, outputs, results }) {
  const expected = await hashOfResults(results, outputs);
  const inputs = given.map((arrays) => arrays.map((x) => new Uint8Array(x.buffer)));
  const found = await hashOfModule(bytes, inputs, outputs);
  if (found !== expected)
    throw new Error(`${name}, compiled, gives other bits than predictOnBatch`);
  const module = base64(bytes);
  return { name, module, hash: await hashOf([bytes]), given: given.map((arrays) => arrays.map(base64)), outputs, expected }; // prettier-ignore
}

if (isFused && lanegrad.backendInfo().arithmetic !== 'fused') console.log('null');
else {
  const cases = await makeCases(lanegrad, compile);
  const list = [];
  for (const each of cases) list.push(await written(each));
  console.log(JSON.stringify(list));
}
