// `npm run test:tfjs`: exchanges models with TensorFlow.js itself (the version of bench/peers, which is installed if it is
// missing). Each layer that both know is written by lanegrad, read by TensorFlow.js over HTTP and has to predict the same; then the
// other way round. Compiled models have to agree on loss and metrics, and on the weights after three steps;
// quantized files on every bit. Operators of graph models have to give the same over random arguments, and so do the published
// models of npm's packages, each on LANEGRAD_GRAPH_RUNS inputs (1). `npm run test:tfjs -- graphs` compares graph models alone.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { serve } from '../../scripts/browsers/static-server.mjs';
import {
  compilations,
  networks,
  notThere,
  refused,
  severalOutputs,
} from './verify-with-tfjs/cases.mjs';

import { compareModel, compareOperators } from './verify-with-tfjs/graphs.mjs';
import { publishedModels } from './verify-with-tfjs/published.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const peers = path.join(root, 'bench/peers');
if (!existsSync(path.join(root, 'dist/index.js'))) {
  console.error('test:tfjs: dist/ is missing; run `npm run build` first.');
  process.exit(1);
}
if (!existsSync(path.join(peers, 'node_modules/@tensorflow/tfjs'))) {
  const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', install, { cwd: peers, stdio: 'inherit' });
}
const tf = await import(
  pathToFileURL(createRequire(path.join(peers, 'package.json')).resolve('@tensorflow/tfjs'))
).then((module) => module.default ?? module);
const lanegrad = await import(pathToFileURL(path.join(root, 'dist/index.js')));
const lanegradTfjs = await import(pathToFileURL(path.join(root, 'dist/io-tfjs.js')));
await tf.setBackend('cpu');

const { layers, models, tensor } = lanegrad;
const files = {};
const server = await serve({ folders: {}, made: files, headers: {} });
const SAMPLES = 6;
const STEPS = 3;

/** Numbers from −1 to 1 that look random. */
function numbers(count, start = 0) {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + start + 1)));
}

const sizeOf = (shape) => shape.reduce((size, length) => size * length, 1);

function samples(shape, largestIndex) {
  const all = [SAMPLES, ...shape];
  const values = numbers(sizeOf(all));
  return [all, largestIndex ? values.map((v) => Math.round(Math.abs(v) * largestIndex)) : values];
}

function chain(stack, shape, name) {
  const model = new models.Sequential(stack, { name });
  model.build([null, ...shape]);
  return model;
}

function classesIn(stack, shape) {
  const all = typeof stack === 'function' ? graph(stack, shape, 'asked').layers : stack;
  const inside = (layer) => [layer, ...layer.subLayers().flatMap(inside)];
  return all.flatMap(inside).map((layer) => layer.constructor.className);
}

function graph(draw, shape, name) {
  const inputs = layers.Input(shape, { name: `${name}_input` });
  return new models.Model({ inputs, outputs: draw(inputs), name });
}

/** A model of a name that both may give. Its weights are no initial ones, and variances are positive. */
function network(stack, shape, name) {
  const model = typeof stack === 'function' ? graph(stack, shape, name) : chain(stack, shape, name);
  model.setWeights(
    model.weights.map((weight, i) => {
      const values = numbers(sizeOf(weight.shape), 100 * i);
      const isVariance = /variance|gamma/.test(weight.path);
      const fitting = isVariance ? values.map((value) => 1.2 + value) : values;
      return tensor(fitting, { shape: weight.shape });
    }),
  );
  return model;
}

/** Written here, read there. */
async function toThere(model) {
  await model.save({ write: (name, bytes) => void (files[`/${name}`] = bytes) });
  return tf.loadLayersModel(`${server.origin}/model.json`);
}

/** Written there, read here. */
async function toHere(theirs, options) {
  let written;
  const handler = tf.io.withSaveHandler((artifacts) => {
    written = artifacts;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  });
  await theirs.save(handler, options);
  const { weightSpecs, weightData, ...rest } = written;
  const weightsManifest = [{ paths: ['./weights.bin'], weights: weightSpecs }];
  const contents = {
    'model.json': new TextEncoder().encode(JSON.stringify({ ...rest, weightsManifest })),
    'weights.bin': new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
  };
  return models.loadModel({ read: (name) => contents[name] });
}

let worst = 0;

function checkClose(actual, expected, what, tolerance = 1e-5) {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: ${actual.length} numbers, expected ${expected.length}`);
  }
  for (const [i, value] of actual.entries()) {
    const error = Math.abs(value - expected[i]) / (1 + Math.abs(expected[i]));
    if (!(error <= tolerance)) {
      throw new Error(`${what}: number ${i} is ${value}, expected ${expected[i]}`);
    }
    worst = Math.max(worst, error);
  }
}

async function checkNetwork([name, shape, stack, largestIndex]) {
  const [all, values] = samples(shape, largestIndex);
  const model = network(stack, shape, 'exchanged');
  const x = tensor(values, { shape: all });
  const ours = [...(await model.predict(x, { verbose: 0 })).data()];
  const theirs = await toThere(model);
  const predicted = theirs.predict(tf.tensor(values, all));
  checkClose([...predicted.dataSync()], ours, `${name}: predicted there`);
  const back = await toHere(theirs);
  const again = [...(await back.predict(x, { verbose: 0 })).data()];
  checkClose(again, ours, `${name}: predicted here, written there`);
}

/** Targets [SAMPLES, 3], or class numbers. */
function targets(kind) {
  const values = [...numbers(3 * SAMPLES, 500)];
  const classes = Array.from({ length: SAMPLES }, (_, i) => (i * i) % 3);
  const of = {
    numbers: () => values,
    positive: () => values.map((value) => Math.abs(value) + 0.1),
    signs: () => values.map((value) => (value < 0 ? -1 : 1)),
    bits: () => values.map((value) => (value < 0 ? 0 : 1)),
    classes: () => classes.flatMap((c) => [0, 1, 2].map((i) => Number(i === c))),
    sparse: () => classes,
  };
  return [kind === 'sparse' ? [SAMPLES, 1] : [SAMPLES, 3], of[kind]()];
}

async function checkCompilation([name, options, kind]) {
  const activation = {
    classes: 'softmax',
    sparse: 'softmax',
    bits: 'sigmoid',
    positive: 'softplus',
  };
  const stack = [new layers.Dense(3, { activation: activation[kind] ?? 'tanh' })];
  const model = network(stack, [5], 'compiled');
  model.compile(options);
  const [xShape, xs] = samples([5]);
  const [yShape, ys] = targets(kind);
  const [x, y] = [tensor(xs, { shape: xShape }), tensor(ys, { shape: yShape })];
  const [theirX, theirY] = [tf.tensor(xs, xShape), tf.tensor(ys, yShape)];
  const theirs = await toThere(model);
  const evaluated = await model.evaluate(x, y, { verbose: 0 });
  const there = [theirs.evaluate(theirX, theirY)].flat().map((value) => value.dataSync()[0]);
  checkClose(there, evaluated, `${name}: evaluated there`);
  const fitting = { epochs: STEPS, batchSize: SAMPLES, shuffle: false, verbose: 0 };
  await theirs.fit(theirX, theirY, fitting);
  // Only with its state does it write how a model is compiled, and it cannot write that of Adamax.
  const includeOptimizer = model.optimizer.constructor.className !== 'Adamax';
  const back = await toHere(theirs, { includeOptimizer });
  if (!includeOptimizer) back.compile(options);
  checkClose(
    await back.evaluate(x, y, { verbose: 0 }),
    [theirs.evaluate(theirX, theirY)].flat().map((value) => value.dataSync()[0]),
    `${name}: evaluated here, trained there`,
  );
  await model.fit(x, y, fitting);
  const [trained, trainedThere] = [model, back].map((m) =>
    m.weights.flatMap((w) => [...w.value.data()]),
  );
  checkClose(trainedThere, trained, `${name}: weights after ${STEPS} steps`, 1e-3);
}

/** Losses and metrics of two outputs, said there and here: by their names, as each has an order of its own. */
async function checkOutputs([name, options]) {
  const [xShape, xs] = samples([5]);
  const [yShape, ys] = targets('numbers');
  const inputs = layers.Input([5], { name: 'x' });
  const outputs = ['one', 'two'].map((output) =>
    new layers.Dense(3, { activation: 'tanh', name: output }).apply(inputs),
  );
  const model = new models.Model({ inputs, outputs, name: 'outputs' });
  model.compile(options);
  const [x, y] = [tensor(xs, { shape: xShape }), tensor(ys, { shape: yShape })];
  const [theirX, theirY] = [tf.tensor(xs, xShape), tf.tensor(ys, yShape)];
  const theirs = await toThere(model);
  const evaluated = (of) => of.evaluate(x, [y, y], { verbose: 0, returnDict: true });
  // Of several outputs its evaluate gives running sums in the positions of other names; a step of training tells what there
  // was before it.
  const measuredThere = async () => {
    const values = await theirs.trainOnBatch(theirX, [theirY, theirY]);
    return Object.fromEntries(theirs.metricsNames.map((metric, i) => [metric, values[i]]));
  };
  const compare = (ours, there, what) => {
    const names = Object.keys(ours).sort();
    if (names.join() !== Object.keys(there).sort().join()) {
      throw new Error(`${name}: ${what}: there ${Object.keys(there)}, here ${names}`);
    }
    const values = (results) => names.map((metric) => results[metric]);
    checkClose(values(there), values(ours), `${name}: ${what}`);
  };
  compare(await evaluated(model), await measuredThere(), 'measured there');
  const fitting = { epochs: STEPS, batchSize: SAMPLES, shuffle: false, verbose: 0 };
  await theirs.fit(theirX, [theirY, theirY], fitting);
  const back = await toHere(theirs, { includeOptimizer: true });
  compare(await evaluated(back), await measuredThere(), 'measured here, trained there');
}

/** A quantized file is the same network for both. */
async function checkQuantized(dtype) {
  const model = network([new layers.Dense(4, { activation: 'tanh' })], [5], 'quantized');
  await model.save({ write: (name, bytes) => void (files[`/${name}`] = bytes) });
  const file = JSON.parse(new TextDecoder().decode(files['/model.json']));
  const stored = model.getWeights().map((w, i) => {
    const values = [...w.data()];
    const quantization = { dtype };
    let encoded = Uint16Array.from(values, (value) => (value < 0 ? 0xb400 : 0x3555));
    if (dtype !== 'float16') {
      const min = Math.min(...values);
      const scale = (Math.max(...values) - min) / (dtype === 'uint8' ? 255 : 65535);
      Object.assign(quantization, { scale, min });
      const Type = dtype === 'uint8' ? Uint8Array : Uint16Array;
      encoded = Type.from(values, (value) => Math.round((value - min) / scale));
    }
    file.weightsManifest[0].weights[i].quantization = quantization;
    return Buffer.from(encoded.buffer);
  });
  files['/model.json'] = new TextEncoder().encode(JSON.stringify(file));
  files['/weights.bin'] = new Uint8Array(Buffer.concat(stored));
  const ours = await models.loadModel(`${server.origin}/model.json`);
  const theirs = await tf.loadLayersModel(`${server.origin}/model.json`);
  const there = theirs.getWeights().flatMap((w) => [...w.dataSync()]);
  checkClose(
    ours.weights.flatMap((w) => [...w.value.data()]),
    there,
    dtype,
    0,
  );
}

/** What is quantized here, TensorFlow.js reads as the same numbers, and it predicts the same; what stays quantized here does too. */
async function checkWrittenQuantized(dtype) {
  const stack = [
    new layers.Conv1D(3, 2, { activation: 'relu' }),
    new layers.Flatten(),
    new layers.Dense(40, { activation: 'tanh' }),
    new layers.Dense(2),
  ];
  const model = network(stack, [6, 4], 'quantized');
  const target = { write: (name, bytes) => void (files[`/${name}`] = bytes) };
  await model.save(target, { quantize: dtype });
  const kept = await models.loadModel(`${server.origin}/model.json`, { quantized: 'keep' });
  const held = kept.weights.filter(({ quantized }) => quantized?.mode === dtype).length;
  if (held !== 3) throw new Error(`${held} of 3 kernels stayed ${dtype}`);
  const theirs = await tf.loadLayersModel(`${server.origin}/model.json`);
  const ofLayers = (layer) => [...layer.getWeights()].flatMap((w) => [...w.dataSync()]);
  checkClose(
    kept.getWeights().flatMap((w) => [...w.data()]),
    theirs.layers.flatMap(ofLayers),
    dtype,
    0,
  );
  const [shape, x] = samples([6, 4]);
  const there = theirs.predict(tf.tensor([...x], shape)).dataSync();
  checkClose([...kept.predictOnBatch(tensor(x, { shape })).data()], [...there], dtype);
}

/** Every layer of lanegrad has a case, or is known not to be there. */
/** Layers that stand in no chain. */
const severalInputs = [
  'Add',
  'Average',
  'Concatenate',
  'Dot',
  'Maximum',
  'Minimum',
  'Multiply',
  'Subtract',
];

function checkCoverage(tried) {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  // An initializer may have the name of a layer.
  const isThere = (name) => known[name]?.[0].prototype instanceof tf.layers.Layer;
  for (const layer of new Set(Object.values(layers))) {
    const isLayer = layer.prototype instanceof layers.Layer && layer.className !== undefined;
    if (!isLayer) continue;
    const { className } = layer;
    if (severalInputs.includes(className) || refused.includes(className)) continue;
    if (notThere.includes(className) === isThere(className)) {
      throw new Error(
        `${className}: TensorFlow.js ${isThere(className) ? 'has it' : 'has it not'}`,
      );
    }
    if (isThere(className) && !tried.has(className)) throw new Error(`${className} has no case`);
  }
}

let [passed, failed] = [0, 0];
async function run(name, check) {
  try {
    await check();
    passed++;
  } catch (error) {
    failed++;
    console.log(`✗ ${name}\n    ${String(error.stack).replaceAll('\n', '\n    ')}`);
  }
}

const graphsAlone = process.argv[2] === 'graphs';
const all = graphsAlone ? [] : networks(lanegrad);
if (!graphsAlone)
  await run('every layer is tried', () =>
    checkCoverage(new Set(all.flatMap(([, shape, stack]) => classesIn(stack, shape)))),
  );
for (const entry of all) await run(entry[0], () => checkNetwork(entry));
for (const entry of graphsAlone ? [] : compilations(lanegrad))
  await run(entry[0], () => checkCompilation(entry));
for (const entry of graphsAlone ? [] : severalOutputs)
  await run(entry[0], () => checkOutputs(entry));
for (const dtype of graphsAlone ? [] : ['uint8', 'uint16', 'float16']) {
  await run(`quantized to ${dtype}`, () => checkQuantized(dtype));
  await run(`quantized here to ${dtype}`, () => checkWrittenQuantized(dtype));
}
await server.close();

/** Inputs that each published model is given. TensorFlow.js's backend for the processor takes seconds for one. */
const MODEL_RUNS = Number(process.env.LANEGRAD_GRAPH_RUNS ?? 1);
const OPERATOR_CALLS = 6;
const reader = { ...lanegrad, loadGraphModel: lanegradTfjs.loadGraphModel };
const { faults, count } = await compareOperators(reader, tf, OPERATOR_CALLS);
await run(`${count} operators of graph models`, () => {
  if (faults.length > 0) throw new Error(faults.join('\n'));
});
const { models: published, reason } = publishedModels();
if (reason !== undefined) console.log(`published graph models are skipped: ${reason}`);
for (const [name, file] of published) {
  await run(`graph model ${name}`, async () => {
    const gap = await compareModel(reader, tf, file, MODEL_RUNS, name === 'handtrack' ? 320 : 1);
    if (!(gap <= 1e-4)) throw new Error(`differs by ${gap}`);
    if (graphsAlone)
      console.log(`✓ graph model ${name}: differs by at most ${gap.toExponential(1)}`);
  });
}
console.log(`graph models: ${count} operators, ${published.length} published models`);
console.log(
  `TensorFlow.js ${tf.version.tfjs}: ${passed} passed, ${failed} failed; largest relative error ${worst.toExponential(1)}`,
);
process.exitCode = failed === 0 ? 0 : 1;
