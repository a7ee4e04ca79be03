// Files of layers and operations, and those in test/fixtures, with changes: sizes that grow, and those of other tests.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Input, models } from '../../../src/index.js';
import type { layers, Shape } from '../../../src/index.js';
import { makeLayers } from '../../specs/layers.js';
import { unzipAll } from '../../unit/formats/unzip-all.js';
import { byteMutation, mutateBytes } from '../byte-mutations.js';
import { realFiles } from '../fuzz.js';
import { graphMutation, mutateGraph } from '../graph-mutations.js';
import { jsonMutation, mutateJson } from '../json-mutations.js';
import { changeJson, put, valueOf } from '../json-slots.js';
import type { Holder, Slot } from '../json-slots.js';
import { Randomness } from '../random-graph.js';
import { at, encode, functional, input, kerasFile, NO_WEIGHTS } from './builders.js';
import type { Bytes, Json } from './builders.js';
import type { CostlyFile } from './loaders.js';

/** A model in a file, taken apart. */
interface Base {
  readonly name: string;
  readonly config: Bytes;
  readonly weights: Bytes;
}

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** The members of a `.keras` file. */
async function baseOf(name: string, file: Bytes): Promise<Base> {
  const members = await unzipAll(file);
  const find = (member: string): Bytes =>
    members.find((each) => each.name === member)?.bytes ?? new Uint8Array(0);
  return { name, config: find('config.json'), weights: find('model.weights.h5') };
}

/** A model of one layer, saved. */
async function ofLayer(
  layer: layers.AnyLayer,
  shape: Shape | readonly Shape[],
): Promise<Base | undefined> {
  let saved: Bytes | undefined;
  try {
    const shapes = (typeof shape[0] === 'number' ? [shape] : shape) as readonly Shape[];
    const inputs = shapes.map((one) => Input(one.slice(1)));
    const outputs: unknown = layer.apply(inputs.length === 1 ? inputs[0] : inputs);
    const model = new models.Model({ inputs, outputs } as object);
    await model.save(
      { write: (_name: string, bytes: Bytes) => void (saved = bytes) },
      {
        format: 'keras',
      },
    );
    model.dispose();
  } catch {
    // Cells, for instance, are in no graph.
    return undefined;
  }
  return saved && baseOf(layer.constructor.name, saved);
}

interface Example {
  readonly module: string;
  readonly class_name: string;
  readonly config: Json;
  readonly call: { readonly args: readonly unknown[]; readonly kwargs: Json };
  readonly inputs: readonly { readonly shape: readonly unknown[]; readonly dtype: string }[];
}

/** Models of one operation each, as Keras has written its config. */
function ofOperations(): Base[] {
  const all = JSON.parse(
    readFileSync(`${fixtures}/keras-operations.json`, 'utf8'),
  ) as readonly Example[];
  return all.map(({ module, class_name, config, call, inputs }) => {
    const names = inputs.map((_, i) => (i === 0 ? 'x' : `x${i}`));
    const fill = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(fill);
      if (typeof value !== 'object' || value === null) return value;
      if ('input' in value) return at(names[Number(value.input)] ?? 'x');
      return value;
    };
    const node = { args: fill(call.args), kwargs: call.kwargs };
    const json = functional([
      ...inputs.map(({ shape }, i) => input(names[i] ?? 'x', shape)),
      { module, class_name, config: { name: 'y', ...config }, name: 'y', inbound_nodes: [node] },
    ]);
    (json['config'] as Json)['input_layers'] = names.map((name) => [name, 0, 0]);
    return { name: class_name, config: encode(json), weights: NO_WEIGHTS };
  });
}

/** All files that are changed. */
export async function bases(): Promise<readonly Base[]> {
  const found: Base[] = [];
  for (const folder of ['models/keras', 'models/keras-graphs', 'keras-files']) {
    for (const [name, file] of realFiles(`${fixtures}/${folder}`, '.keras')) {
      found.push(await baseOf(name, file));
    }
  }
  for (const [layer, shape] of makeLayers()) {
    const base = await ofLayer(layer, shape);
    if (base !== undefined) found.push(base);
  }
  return [...found, ...ofOperations()];
}

const SIZES = [0, 1, 3, 63, 3000, 4096, 65_536, 1e6, 1e7, 1e8, 2.6e8, 2 ** 31 - 1, -1];

/** Puts large numbers in the positions of numbers, and long texts and lists in those of others. */
function grow(config: Bytes, random: Randomness): Bytes {
  return changeJson(config, (whole) => {
    for (let i = random.whole(1, 4); i > 0; i--) {
      const slot = random.pick(slotsOf(whole));
      const value = valueOf(slot);
      const times = random.pick([10, 1000, 100_000]);
      const length = (JSON.stringify(value) ?? '').length * times;
      if (typeof value === 'number') put(slot, random.pick(SIZES));
      else if (length > 1e6) continue;
      else if (typeof value === 'string') put(slot, value.repeat(times));
      else if (Array.isArray(value)) {
        const many = Array.from({ length: times }, (): unknown[] => value).flat();
        // Copies, so that what grows next is one of them.
        put(slot, JSON.parse(JSON.stringify(many)));
      }
    }
  });
}

/** Positions of numbers, texts and lists; numbers, which are few, four times. */
function slotsOf(whole: Holder): Slot[] {
  const slots: Slot[] = [];
  const visit = (holder: Holder): void => {
    for (const key of Object.keys(holder)) {
      const slot = { holder, key };
      const value = valueOf(slot);
      if (typeof value === 'number') slots.push(slot, slot, slot, slot);
      else if (typeof value === 'string' || Array.isArray(value)) slots.push(slot);
      if (typeof value === 'object' && value !== null) visit(value as Holder);
    }
  };
  visit(whole);
  return slots;
}

/** The file with that number: the same for the same number. */
export async function mutatedFile(all: readonly Base[], seed: number): Promise<CostlyFile> {
  const random = new Randomness(seed);
  const { name, config, weights } = random.pick(all);
  const drawn = <T>(mutation: fc.Arbitrary<T>): T[] =>
    fc.sample(mutation, { numRuns: random.whole(1, 3), seed });
  const kind = random.pick(['grown', 'grown', 'grown', 'JSON', 'graph', 'bytes'] as const);
  const changes = {
    grown: () => kerasFile(grow(config, random), weights),
    JSON: () => kerasFile(mutateJson(config, drawn(jsonMutation)), weights),
    graph: () => kerasFile(mutateGraph(grow(config, random), drawn(graphMutation)), weights),
    bytes: async () => mutateBytes(await kerasFile(config, weights), drawn(byteMutation)),
  };
  return { name: `${kind}: ${name}, seed ${seed}`, kind: 'keras', bytes: await changes[kind]() };
}
