import fc from 'fast-check';
import { changeJson, put, remove } from './json-slots.js';
import type { Holder, Slot } from './json-slots.js';

/**
 * A change of how the layers of a model are connected, in its JSON. It changes the value with number `at` among those that it
 * can change.
 */
export type GraphMutation =
  | {
      /** An index of a node or of an output, a name of a layer, or another argument of a call is another value. */
      readonly kind: 'reference';
      readonly at: number;
      readonly value: unknown;
    }
  /** Two names of layers, or two references, change places. */
  | { readonly kind: 'swap'; readonly at: number; readonly other: number }
  /** A layer reads its own output. */
  | { readonly kind: 'self'; readonly at: number }
  /** A layer reads what another one gives. */
  | { readonly kind: 'connect'; readonly at: number; readonly other: number }
  /** Any value of the graph is left out. */
  | { readonly kind: 'remove'; readonly at: number }
  /** A layer, a node or a list of them stands there twice. */
  | { readonly kind: 'double'; readonly at: number }
  /** A layer becomes a whole model that stands in the file, also the one that it is in. */
  | { readonly kind: 'nest'; readonly at: number; readonly other: number };

/** Values at which references break. */
const values: readonly unknown[] = [
  ...[0, 1, 2, 7, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 31), null, true, '', '0', 'absent', [], {}],
  ...['__proto__', 'constructor', 'toString', [['x', 0, 0]], { class_name: '__keras_tensor__' }],
  ...[{ class_name: '__keras_tensor__', config: { keras_history: ['x'] } }, [null, null]],
];

const at = fc.nat(2 ** 16);

/** Any change of a graph. */
export const graphMutation: fc.Arbitrary<GraphMutation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('reference' as const),
      at,
      value: fc.oneof(fc.constantFrom(...values), fc.integer({ min: -2, max: 5 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('swap' as const), at, other: at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('self' as const), at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('connect' as const), at, other: at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('double' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nest' as const), at, other: at }) },
);

type Json = Record<string, unknown>;

/** A value, and where it stands. */
interface GraphSlot extends Slot {
  readonly value: unknown;
  /** The name of the layer that it is in. */
  readonly layer: string | undefined;
  /** Whether it says how layers are connected, or how one is called. */
  readonly isOfGraph: boolean;
}

/** The JSON text with all changes made; the text itself if it is none. */
export function mutateGraph(
  text: Uint8Array,
  mutations: readonly GraphMutation[],
): Uint8Array<ArrayBuffer> {
  return changeJson(text, (whole) => {
    for (const mutation of mutations) mutate(whole, mutation);
  });
}

function mutate(whole: unknown[], mutation: GraphMutation): void {
  const slots = slotsOf(whole);
  const pick = (from: readonly GraphSlot[], number: number): GraphSlot | undefined =>
    from[number % Math.max(from.length, 1)];
  switch (mutation.kind) {
    case 'reference': {
      const slot = pick(
        slots.filter(({ isOfGraph }) => isOfGraph),
        mutation.at,
      );
      if (slot !== undefined) put(slot, mutation.value);
      return;
    }
    case 'swap': {
      const names = slots.filter(({ value, isOfGraph }) => isOfGraph && typeof value === 'string');
      const references = slots.filter(({ value }) => isReference(value));
      const from = mutation.at % 2 === 0 ? names : references;
      const [a, b] = [pick(from, mutation.at >> 1), pick(from, mutation.other)];
      if (a === undefined || b === undefined) return;
      put(a, b.value);
      put(b, a.value);
      return;
    }
    case 'self': {
      const inside = slots.filter(({ value, layer }) => isReference(value) && layer !== undefined);
      const slot = pick(inside, mutation.at);
      if (slot !== undefined) put(slot, [slot.layer, ...(slot.value as unknown[]).slice(1)]);
      return;
    }
    case 'connect': {
      const references = slots.filter(({ value }) => isReference(value));
      const [a, b] = [pick(references, mutation.at), pick(references, mutation.other)];
      if (a !== undefined && b !== undefined) put(a, b.value);
      return;
    }
    case 'remove': {
      const slot = pick(slots, mutation.at);
      if (slot !== undefined) remove(slot);
      return;
    }
    case 'double': {
      const items = slots.filter(
        ({ holder, value }) =>
          Array.isArray(holder) && holder !== whole && typeof value === 'object' && value !== null,
      );
      const slot = pick(items, mutation.at);
      if (slot === undefined) return;
      (slot.holder as unknown[]).splice(Number(slot.key), 0, structuredClone(slot.value));
      return;
    }
    case 'nest': {
      const layers = slots.filter(({ value }) => isLayer(value));
      const models = layers.filter(({ value }) =>
        Array.isArray((value as LayerJson).config['layers']),
      );
      const [layer, model] = [pick(layers, mutation.at), pick(models, mutation.other)];
      if (layer !== undefined && model !== undefined) put(layer, model.value);
    }
  }
}

/** `['dense', 0, 0]`, also with the arguments of the call behind. */
const isReference = (value: unknown): value is unknown[] =>
  Array.isArray(value) &&
  typeof value[0] === 'string' &&
  typeof value[1] === 'number' &&
  typeof value[2] === 'number';

interface LayerJson {
  readonly class_name: unknown;
  readonly config: Readonly<Json>;
}

const isLayer = (value: unknown): value is LayerJson =>
  typeof value === 'object' &&
  value !== null &&
  'class_name' in value &&
  'config' in value &&
  typeof value.config === 'object' &&
  value.config !== null;

/** Where the connections of a model stand. */
const GRAPH_KEYS = ['inbound_nodes', 'input_layers', 'output_layers'];

/** All values, from the outside. */
function slotsOf(whole: unknown[]): GraphSlot[] {
  const slots: GraphSlot[] = [];
  const visit = (holder: Holder, layer: string | undefined, isOfGraph: boolean): void => {
    for (const key of Object.keys(holder)) {
      const value = (holder as Json)[key];
      const isName = key === 'name' && typeof value === 'string';
      const isInside = isOfGraph || GRAPH_KEYS.includes(key);
      slots.push({ holder, key, value, layer, isOfGraph: isInside || isName });
      if (typeof value !== 'object' || value === null) continue;
      const name = 'inbound_nodes' in value && 'name' in value ? value.name : undefined;
      visit(value as Json, typeof name === 'string' ? name : layer, isInside);
    }
  };
  visit(whole, undefined, false);
  return slots;
}
