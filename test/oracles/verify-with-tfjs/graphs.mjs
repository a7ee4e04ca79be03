// Graph models: operators with random arguments, and models of npm's packages, against TensorFlow.js.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { operators } from './graph-operators.mjs';

const TOLERANCE = 1e-4;

const sizeOf = (shape) => shape.reduce((size, length) => size * length, 1);

/** Numbers that follow from a seed. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = (seed * 2654435761) >>> 0;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** From 0 up to 1. */
  next() {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  whole(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance() {
    return this.next() < 0.5;
  }

  pick(list) {
    return list[this.whole(0, list.length - 1)];
  }

  shape(least, most) {
    return Array.from({ length: this.whole(least, most) }, () => this.whole(1, 5));
  }

  shuffled(list) {
    const rest = [...list];
    return list.map(() => rest.splice(this.whole(0, rest.length - 1), 1)[0]);
  }

  numbers({ shape, range: [low, high], dtype, isWhole }) {
    return Array.from({ length: sizeOf(shape) }, () =>
      dtype === 'float32' && !isWhole ? low + this.next() * (high - low) : this.whole(low, high),
    );
  }
}

const TYPES = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' };
const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** The files of a model of one node, or of the nodes that a row has, and what its inputs are given. */
function filesOf(op, drawn, random) {
  const { inputs, attributes, outputs, functions = [] } = drawn;
  const named = inputs.map((input, i) => ({ ...input, name: `input${i}` }));
  const constants = named.filter(({ data }) => data !== undefined);
  const given = named
    .filter(({ data }) => data === undefined)
    .map((input) => ({ ...input, values: ARRAYS[input.dtype].from(random.numbers(input)) }));
  const node = [
    ...given.map(({ name, shape, dtype }) => ({
      name,
      op: 'Placeholder',
      attr: {
        dtype: { type: TYPES[dtype] },
        shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } },
      },
    })),
    ...constants.map(({ name, shape, dtype }) => ({
      name,
      op: 'Const',
      attr: {
        dtype: { type: TYPES[dtype] },
        value: {
          tensor: { dtype: TYPES[dtype], tensorShape: { dim: shape.map((size) => ({ size })) } },
        },
      },
    })),
    ...(drawn.nodes ?? [{ name: 'y', op, input: named.map(({ name }) => name), attr: attributes }]),
  ];
  const parts = constants.map(({ data, dtype }) => new Uint8Array(ARRAYS[dtype].from(data).buffer));
  const names =
    drawn.names ?? Array.from({ length: outputs }, (_, i) => (i === 0 ? 'y' : `y:${i}`));
  const json = {
    format: 'graph-model',
    modelTopology: { node, library: { function: functions }, versions: { producer: 1 } },
    signature: {
      inputs: Object.fromEntries(given.map(({ name }) => [name, { name }])),
      outputs: Object.fromEntries(
        names.map((name, i) => [`y${i}`, { name, tensorShape: { dim: [] }, dtype: 'DT_FLOAT' }]),
      ),
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: constants.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
  };
  return { json, weights: Buffer.concat(parts), given, names };
}

/** The largest difference of lists of tensors, relative to the largest number. */
function difference(found, expected) {
  let worst = 0;
  expected.forEach(({ shape, values }, i) => {
    if (String(found[i]?.shape) !== String(shape)) {
      throw new Error(`output ${i} has shape [${found[i]?.shape}], expected [${shape}]`);
    }
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    values.forEach((value, j) => {
      const other = found[i].values[j];
      const isSame =
        Object.is(value, other) || value === other || (Number.isNaN(value) && Number.isNaN(other));
      const gap = isSame ? 0 : Math.abs(value - other) / largest;
      if (!(gap <= worst)) worst = Number.isNaN(gap) ? Infinity : gap;
    });
  });
  return worst;
}

const read = ({ shape }, data) => ({ shape: [...shape], values: Array.from(data, Number) });

/** What TensorFlow.js computes. */
async function byTensorFlow(tf, { json, weights }, given, names) {
  const model = await tf.loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
    }),
  });
  const feed = Object.fromEntries(
    given.map(({ name, shape, dtype, values }) => [name, tf.tensor(values, shape, dtype)]),
  );
  const warn = console.warn;
  console.warn = () => {};
  const results = [await model.executeAsync(feed, names)].flat();
  console.warn = warn;
  const found = results.map((one) => read(one, one.dataSync()));
  tf.dispose([feed, results]);
  model.dispose();
  return found;
}

/** What this library computes. */
async function byLanegrad({ loadGraphModel, tensor, tidy }, { json, weights }, given) {
  const text = Buffer.from(JSON.stringify(json));
  const model = await loadGraphModel({ read: (name) => (name === 'model.json' ? text : weights) });
  const found = tidy(() => {
    const inputs = given.map(({ shape, dtype, values }) => tensor(values, { shape, dtype }));
    const outputs = model.apply(inputs.length === 1 ? inputs[0] : inputs);
    return [outputs].flat().map((one) => read(one, one.data()));
  });
  model.dispose();
  return found;
}

/**
 * Compares each operator in so many calls.
 *
 * @returns what differs, a line each, and how many operators were compared
 */
export async function compareOperators(lanegrad, tf, calls) {
  const faults = [];
  let seed = 1;
  for (const [op, make] of Object.entries(operators)) {
    for (let i = 0; i < calls; i++) {
      const random = new Random(seed++);
      const drawn = make(random);
      // A model has inputs: one that only lends its shape to nothing stands in where all are arrays.
      const files = filesOf(op, drawn, random);
      if (files.given.length === 0) addInput(files);
      const words = () =>
        JSON.stringify([drawn.inputs.map(({ shape, data }) => data ?? shape), drawn.attributes]);
      try {
        const expected = await byTensorFlow(tf, files, files.given, files.names);
        const found = await byLanegrad(lanegrad, files, files.given);
        const worst = difference(found, expected);
        if (!(worst <= TOLERANCE)) faults.push(`${op}: differs by ${worst}: ${words()}`);
      } catch (error) {
        faults.push(`${op}: ${error.message}: ${words()}`);
      }
    }
  }
  return { faults, count: Object.keys(operators).length };
}

/** An input beside the node, of which the first output takes nothing. */
function addInput(files) {
  const given = { name: 'beside', shape: [1], dtype: 'float32', values: Float32Array.of(0) };
  files.given.push(given);
  files.json.modelTopology.node.push({
    name: 'beside',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [{ size: '1' }] } } },
  });
  files.json.signature.inputs.beside = { name: 'beside' };
}

/** Between which numbers the inputs of models lie, one run after the other. */
const RANGES = [
  [0, 1],
  [-1, 1],
  [0, 0.2],
];

/**
 * Compares a model in a folder on random inputs.
 *
 * @param lengths what stands for open lengths
 * @returns the largest difference
 */
export async function compareModel(lanegrad, tf, file, runs, lengths = 1) {
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const shards = json.weightsManifest.flatMap(({ paths }) => paths);
  const folder = path.dirname(file);
  const weights = Buffer.concat(shards.map((name) => readFileSync(path.join(folder, name))));
  const signature = json.signature ?? json.userDefinedMetadata.signature;
  const nodes = new Map(json.modelTopology.node.map((node) => [node.name, node]));
  const names = Object.values(signature.outputs).map(({ name }) => name);
  let worst = 0;
  for (let run = 0; run < runs; run++) {
    const random = new Random(run + 1);
    const given = Object.values(signature.inputs).map(({ name, tensorShape, dtype }) => {
      const node = nodes.get(name.replace(/:0$/, ''));
      const shape = tensorShape.dim.map(({ size }) => (Number(size) < 0 ? lengths : Number(size)));
      const isFloat = (node?.attr.dtype.type ?? dtype) === 'DT_FLOAT';
      const drawn = {
        shape,
        range: isFloat ? RANGES[run % RANGES.length] : [0, 255],
        dtype: isFloat ? 'float32' : 'int32',
      };
      return {
        name,
        shape,
        dtype: drawn.dtype,
        values: ARRAYS[drawn.dtype].from(random.numbers(drawn)),
      };
    });
    const whole = {
      ...json,
      weightsManifest: [
        { paths: ['weights.bin'], weights: json.weightsManifest.flatMap((group) => group.weights) },
      ],
    };
    const files = { json: whole, weights };
    const expected = await byTensorFlow(tf, files, given, names);
    worst = Math.max(worst, difference(await byLanegrad(lanegrad, files, given), expected));
  }
  return worst;
}
