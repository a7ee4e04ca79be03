import fc from 'fast-check';

/** A place in a file: most headers are at the start, those of zip files at the end. */
interface Location {
  readonly from: 'start' | 'end' | 'anywhere';
  readonly offset: number;
}

/** A change of a file's bytes. Kept as data, so that a counterexample is small and can be run again. */
export type ByteMutation =
  | { readonly kind: 'flip'; readonly at: Location; readonly bit: number }
  | { readonly kind: 'set' | 'insert'; readonly at: Location; readonly bytes: Uint8Array }
  | { readonly kind: 'delete' | 'repeat'; readonly at: Location; readonly length: number }
  | {
      readonly kind: 'swap';
      readonly at: Location;
      readonly other: Location;
      readonly length: number;
    }
  | {
      readonly kind: 'number';
      readonly at: Location;
      readonly value: bigint;
      readonly width: number;
      readonly littleEndian: boolean;
    }
  | { readonly kind: 'digits'; readonly at: Location; readonly text: string }
  | { readonly kind: 'truncate'; readonly at: Location };

const place: fc.Arbitrary<Location> = fc.oneof(
  fc.record({ from: fc.constant('start' as const), offset: fc.nat(160) }),
  fc.record({ from: fc.constant('end' as const), offset: fc.nat(160) }),
  fc.record({ from: fc.constant('anywhere' as const), offset: fc.nat() }),
);

/** Where numbers of 8, 16, 32 and 64 bits end, one off, and what is large but might pass for a length. */
const extremes = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x10000n, 0x1000000n, 0x3fffffffn]
  .concat([0x7fffffffn, 0x80000000n, 0xfffffffen, 0xffffffffn, 0x100000000n, 0x1fffffffffffffn])
  .concat([0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn]);

const length = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 4096 }));

/** Any change of bytes. */
export const byteMutation: fc.Arbitrary<ByteMutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constantFrom('set' as const, 'insert' as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'repeat' as const), at: place, length }),
  fc.record({ kind: fc.constant('swap' as const), at: place, other: place, length }),
  fc.record({
    kind: fc.constant('number' as const),
    at: place,
    value: fc.constantFrom(...extremes),
    width: fc.constantFrom(1, 2, 4, 8),
    littleEndian: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('digits' as const),
    at: place,
    text: fc.constantFrom('0', '-1', '4294967296', '9007199254740993', '1e999', '99999999999999'),
  }),
  fc.record({ kind: fc.constant('truncate' as const), at: place }),
);

/** The bytes with all changes made, one after another. */
export function mutateBytes(
  bytes: Uint8Array,
  mutations: readonly ByteMutation[],
): Uint8Array<ArrayBuffer> {
  return mutations.reduce<Uint8Array<ArrayBuffer>>(mutate, Uint8Array.from(bytes));
}

function mutate(bytes: Uint8Array<ArrayBuffer>, mutation: ByteMutation): Uint8Array<ArrayBuffer> {
  const at = positionOf(mutation.at, bytes.length);
  switch (mutation.kind) {
    case 'flip':
      return overwritten(bytes, at, [(bytes[at] ?? 0) ^ (1 << mutation.bit)]);
    case 'set':
      return overwritten(bytes, at, mutation.bytes);
    case 'insert':
      return joined(bytes.subarray(0, at), mutation.bytes, bytes.subarray(at));
    case 'delete':
      return joined(bytes.subarray(0, at), bytes.subarray(at + mutation.length));
    case 'repeat':
      return joined(bytes.subarray(0, at + mutation.length), bytes.subarray(at));
    case 'swap': {
      const other = positionOf(mutation.other, bytes.length);
      const [first, second] = [at, other].map((from) => bytes.slice(from, from + mutation.length));
      return overwritten(overwritten(bytes, other, first ?? []), at, second ?? []);
    }
    case 'number': {
      const { value, width, littleEndian } = mutation;
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, BigInt.asUintN(8 * width, value), littleEndian);
      const from = littleEndian ? 0 : 8 - width;
      return overwritten(bytes, at, new Uint8Array(view.buffer, from, width));
    }
    case 'digits': {
      // The first number of the text from there on.
      const rest = Buffer.from(bytes.subarray(at)).toString('latin1');
      const found = /\d+/.exec(rest);
      const from = at + (found?.index ?? 0);
      const text = Buffer.from(mutation.text, 'latin1');
      return joined(bytes.subarray(0, from), text, bytes.subarray(from + (found?.[0].length ?? 0)));
    }
    case 'truncate':
      return bytes.slice(0, at);
  }
}

function positionOf({ from, offset }: Location, total: number): number {
  if (from === 'anywhere') return total === 0 ? 0 : offset % total;
  return from === 'start' ? Math.min(offset, total) : Math.max(total - 1 - offset, 0);
}

/** What would lie beyond the end is left out. */
function overwritten(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  values: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice();
  changed.set(Array.from(values).slice(0, Math.max(changed.length - at, 0)), at);
  return changed;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}
