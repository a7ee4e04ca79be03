import fc from 'fast-check';
import { changeJson, put, remove, valueOf } from './json-slots.js';
import type { Holder, Slot } from './json-slots.js';

/** A change of one value inside a JSON value: the one with this number, counted from the outside. */
export interface JsonMutation {
  readonly at: number;
  readonly change:
    | { readonly kind: 'replace'; readonly value: unknown }
    | { readonly kind: 'remove' }
    | { readonly kind: 'add'; readonly key: string; readonly value: unknown }
    | { readonly kind: 'nest'; readonly depth: number }
    | { readonly kind: 'repeat'; readonly times: number }
    | { readonly kind: 'copy'; readonly from: number };
}

/** Numbers at which lengths and indices break, names that objects have of themselves, paths that lead out. */
const extremes: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 0.5, 3, 255, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32],
  ...[2 ** 53, 1e21, 1e308, -1e308, 5e-324, -(2 ** 31), '', ' ', '0', 'NaN', 'x'.repeat(5000)],
  ...['__proto__', 'constructor', 'prototype', 'toString', '../x', '/etc/passwd', 'a\0b', '\ud800'],
  ...['float32', 'int32', 'float64', 'relu', 'Dense', 'Lambda', 'Sequential', [], {}, [null]],
  ...[[0], [-1], [2 ** 31], [1e9, 1e9, 1e9], { class_name: 'Lambda', config: {} }],
];

const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'then', 'toJSON'];

const value = fc.oneof(fc.constantFrom(...extremes), fc.constantFrom(...extremes), fc.jsonValue());

/** Any change of a JSON value. */
export const jsonMutation: fc.Arbitrary<JsonMutation> = fc.record({
  at: fc.nat(2 ** 16),
  change: fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), value }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        key: fc.oneof(fc.constantFrom(...keys), fc.string()),
        value,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('copy' as const), from: fc.nat(2 ** 16) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('nest' as const),
        depth: fc.constantFrom(1, 70, 1000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('repeat' as const),
        times: fc.constantFrom(2, 50, 2000),
      }),
    },
  ),
});

/** The JSON text with all changes made; the text itself if it is none. */
export function mutateJson(
  text: Uint8Array,
  mutations: readonly JsonMutation[],
): Uint8Array<ArrayBuffer> {
  return changeJson(text, (whole) => {
    for (const mutation of mutations) mutate(whole, mutation);
  });
}

function mutate(whole: Holder, { at, change }: JsonMutation): void {
  const slots = slotsOf(whole);
  const slot = slots[at % slots.length];
  if (slot === undefined) return;
  const old = valueOf(slot);
  switch (change.kind) {
    case 'replace':
      put(slot, change.value);
      return;
    case 'remove':
      remove(slot);
      return;
    case 'add':
      if (Array.isArray(old)) old.push(structuredClone(change.value));
      else if (typeof old === 'object' && old !== null) {
        put({ holder: old as Holder, key: change.key }, change.value);
      }
      return;
    case 'copy': {
      const from = slots[change.from % slots.length];
      put(slot, from === undefined ? null : valueOf(from));
      return;
    }
    case 'nest': {
      let nested = old;
      for (let i = 0; i < change.depth; i++) nested = [nested];
      put(slot, nested);
      return;
    }
    case 'repeat':
      // Repeated parts may be repeated again: the whole must stay a file that a test can hold.
      if (textLength(old) * change.times > 100_000) return;
      if (Array.isArray(old)) {
        put(slot, Array.from({ length: change.times }, (): unknown[] => old).flat());
      } else if (typeof old === 'string') put(slot, old.repeat(change.times));
  }
}

function textLength(value: unknown): number {
  return (JSON.stringify(value) ?? '').length;
}

/** All values, breadth first; not those deeper than files go, which a test has put there. */
function slotsOf(whole: Holder): Slot[] {
  const slots: Slot[] = [];
  let level: Holder[] = [whole];
  for (let depth = 0; depth < 40 && level.length > 0; depth++) {
    const next: Holder[] = [];
    for (const holder of level) {
      for (const key of Object.keys(holder)) {
        const value = valueOf({ holder, key });
        slots.push({ holder, key });
        if (typeof value === 'object' && value !== null) next.push(value as Holder);
      }
    }
    level = next;
  }
  return slots;
}
