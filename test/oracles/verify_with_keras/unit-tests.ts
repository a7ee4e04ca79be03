// Answers for Keras in Keras's own unit tests: unit_tests.py sends a line of JSON for each question, and gets a line back.
// Operations, classes and their arguments come as Keras writes them into files, and are read like files.
import { readSync, writeSync } from 'node:fs';
import { camelCase } from '../../../src/config/index.js';
import type { SerializedObject } from '../../../src/config/index.js';
import {
  configure,
  constraints,
  initializers,
  losses,
  metrics,
  optimizers,
  regularizers,
  Tensor,
  tensor,
  tidy,
  Variable,
} from '../../../src/index.js';
import type { DTypeName } from '../../../src/index.js';
import { operationFromConfig } from '../../../src/engine/ops/graphs/operation-config.js';
import { operationShape } from '../../../src/engine/ops/graphs/operation-shape.js';
import { CREATION } from '../../golden/operation-calls.js';

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

interface WireArray {
  /** The elements in base64. */
  readonly array: string;
  readonly dtype: keyof typeof ARRAYS;
  readonly shape: readonly number[];
  readonly mask?: WireArray;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

function toTensor({ array, dtype, shape, mask }: WireArray): Tensor {
  const bytes = Uint8Array.from(Buffer.from(array, 'base64'));
  const made = tensor(new ARRAYS[dtype](bytes.buffer), { shape, dtype: dtype as DTypeName });
  if (mask !== undefined) made.attachMask(toTensor(mask));
  return made;
}

/** What came over the wire: arrays become tensors, and numbers that JSON lacks are themselves. */
function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isObject(value)) return value;
  if ('array' in value) return toTensor(value as unknown as WireArray);
  if ('number' in value) return Number(value['number']);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function encode(value: unknown): unknown {
  if (isTensor(value)) {
    const { buffer, byteOffset, byteLength } = value.data() as Float32Array;
    const array = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    return { array, dtype: value.dtype, shape: value.shape };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (Array.isArray(value)) return value.map(encode);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
}

/** Objects of classes that Keras's tests hold, by the numbers that they have there. */
const objects = new Map<number, unknown>();

const make = {
  constraints: constraints.deserialize,
  initializers: initializers.deserialize,
  losses: losses.deserialize,
  metrics: metrics.deserialize,
  optimizers: optimizers.deserialize,
  'optimizers.schedules': optimizers.schedules.deserialize,
  regularizers: regularizers.deserialize,
};

const functions: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { losses, metrics };

/** The variables of each optimizer, in the order in which the test gave them. */
const variables = new Map<number, Variable[]>();

interface Weight {
  readonly value: Tensor;
  readonly name: string;
  /** Whether weight decay leaves it out. */
  readonly excluded: boolean;
}

function call(target: unknown, method: string, args: readonly unknown[]): unknown {
  const f = (target as Readonly<Record<string, unknown>>)[method];
  if (typeof f !== 'function') throw new TypeError(`there is no ${method}`);
  return Reflect.apply(f as (...all: unknown[]) => unknown, target, args);
}

/** What can be asked. */
const questions = {
  /** The names of the functions that make tensors of numbers alone, with those of their arguments. */
  creation: () =>
    Object.fromEntries(Object.entries(CREATION).map(([k, [, ...names]]) => [k, names])),

  create: (q: { name: string; args: unknown[] }) =>
    CREATION[q.name]?.[0](...(q.args.map((arg) => arg ?? undefined) as never[])),

  operation: (q: Operation) => {
    const { operation, args } = operationFromConfig(q.module, q.className, q.config)(q);
    return operation(...(args as never[]));
  },

  /** Shapes and dtypes of what an operation gives, of arguments that have only these. */
  shape: (q: Operation) => {
    const { operation, args } = operationFromConfig(q.module, q.className, q.config)(q);
    return operationShape(operation, args);
  },

  function: (q: { namespace: string; name: string; args: unknown[]; options: object }) => {
    const options = Object.entries(q.options).map(
      ([key, value]: [string, unknown]) => [camelCase(key), value] as const,
    );
    const given = options.length > 0 ? [Object.fromEntries(options)] : [];
    return call(functions[q.namespace], camelCase(q.name), [...q.args, ...given]);
  },

  make: (q: { id: number; kind: keyof typeof make; config: SerializedObject }) => {
    objects.set(q.id, make[q.kind](q.config));
  },

  call: (q: { id: number; method: string; args: unknown[] }) =>
    call(objects.get(q.id), q.method, q.args),

  /** A step of an optimizer: what weights and variables of the optimizer are after it. */
  step: (q: {
    id: number;
    gradients: (Tensor | null)[];
    weights: Weight[];
    rate: number | null;
  }) => {
    const optimizer = objects.get(q.id) as optimizers.Optimizer;
    let targets = variables.get(q.id);
    if (targets === undefined) {
      targets = q.weights.map(({ value, name }) => new Variable(value, { name }));
      variables.set(q.id, targets);
      const excluded = targets.filter((_, i) => q.weights[i]?.excluded === true);
      if (excluded.length > 0) optimizer.excludeFromWeightDecay({ variables: excluded });
    }
    if (q.rate !== null) optimizer.learningRate = q.rate;
    targets.forEach((target, i) => target.assign((q.weights[i] as Weight).value));
    optimizer.apply(q.gradients, targets);
    return {
      weights: targets.map(({ value }) => value),
      state: optimizer.variables.map(({ value }) => value),
    };
  },

  /** Forgets all objects. */
  end: () => {
    objects.clear();
    variables.clear();
  },
};

interface Operation {
  readonly module: string;
  readonly className: string;
  readonly config: Record<string, unknown>;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

function answer(line: string): unknown {
  try {
    const { question, ...rest } = JSON.parse(line) as { question: keyof typeof questions };
    return { result: tidy(() => encode(questions[question](decode(rest) as never))) };
  } catch (error) {
    const { name, message } = error as Error;
    return { error: name, message };
  }
}

/** The lines of standard input, without an event loop between question and answer. */
function* lines(): Generator<string> {
  const chunk = Buffer.alloc(1 << 16);
  let rest: Buffer[] = [];
  for (;;) {
    const count = readSync(0, chunk);
    if (count === 0) return;
    let start = 0;
    for (let end; (end = chunk.subarray(0, count).indexOf(10, start)) >= 0; start = end + 1) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString();
      rest = [];
    }
    rest.push(Buffer.from(chunk.subarray(start, count)));
  }
}

/** Writes to standard output, and waits where the pipe is full. */
function write(bytes: Uint8Array): void {
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += writeSync(1, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

await configure({ threads: 1 });
for (const line of lines()) write(Buffer.from(`${JSON.stringify(answer(line))}\n`));
