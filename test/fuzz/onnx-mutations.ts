// Changes of ONNX files that keep them whole: other numbers, names and operators, and parts that are missing or come twice.
import fc from 'fast-check';
import { OPERATORS } from '../../src/extras/onnx/operators/index.js';
import { GraphProto, ModelProto } from '../../src/files/formats/onnx/schema.js';

/** A change of a message of a file. `at` is the number of the place among those that it can change. */
export type OnnxMutation =
  /** A whole number of an attribute, a shape, a type or an array is another one. */
  | { readonly kind: 'whole'; readonly at: number; readonly value: bigint }
  /** A float of an attribute, or of an array of few, is another one. */
  | { readonly kind: 'float'; readonly at: number; readonly value: number }
  /** A tensor, a node or an attribute is called like another one, or like nothing. */
  | { readonly kind: 'name'; readonly at: number; readonly other: number }
  /** A node calls another operator. */
  | { readonly kind: 'operator'; readonly at: number; readonly name: string }
  /** An entry of a list is left out, or stands there twice. */
  | { readonly kind: 'remove' | 'double'; readonly at: number };

const WHOLE = [
  0n,
  1n,
  2n,
  3n,
  7n,
  16n,
  64n,
  4096n,
  65536n,
  1_000_000n,
  100_000_000n,
  2n ** 31n - 1n,
]
  .concat([2n ** 31n, 2n ** 53n, 2n ** 63n - 1n])
  .flatMap((value) => [value, -value]);
const FLOATS = [0, 0.5, 1e-30, 1e9, 3e38, Infinity, NaN].flatMap((value) => [value, -value]);

const at = fc.nat(2 ** 16);

/** Any change of messages. */
export const onnxMutation: fc.Arbitrary<OnnxMutation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('whole' as const),
      at,
      value: fc.constantFrom(...WHOLE),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('float' as const),
      at,
      value: fc.constantFrom(...FLOATS),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('name' as const), at, other: at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('operator' as const),
      at,
      name: fc.constantFrom(...Object.keys(OPERATORS)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'double' as const), at }),
  },
);

type Holder = Record<string | number, unknown>;

/** A value of a message, and where it stands. */
interface Slot {
  readonly holder: Holder;
  readonly key: string | number;
  readonly value: unknown;
}

/** The file with all changes made; the file itself if it is none. */
export function mutateOnnx(
  file: Uint8Array<ArrayBuffer>,
  mutations: readonly OnnxMutation[],
): Uint8Array<ArrayBuffer> {
  const model = opened(ModelProto.decode(file, 'the file')) as Holder;
  for (const mutation of mutations) mutate(model, mutation);
  return ModelProto.encode(closed(model) as never);
}

/** Lists of more numbers are the elements of large arrays: what these are changes little. */
const FEW = 64;

/** A message whose parts can be changed, with the graphs in attributes opened too. */
function opened(value: unknown): unknown {
  if (Array.isArray(value) && value.length > FEW && typeof value[0] === 'number') return value;
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const parts = Object.entries(value).map(([key, part]): [string, unknown] => {
    const isGraph = key === 'g' && part instanceof Uint8Array;
    return [key, opened(isGraph ? GraphProto.decode(part, 'a graph') : part)];
  });
  return Object.fromEntries(parts);
}

/** The reverse of `opened`. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const parts = Object.entries(value).map(([key, part]): [string, unknown] => {
    const isGraph = key === 'g' && part !== undefined;
    return [key, isGraph ? GraphProto.encode(closed(part) as never) : closed(part)];
  });
  return Object.fromEntries(parts);
}

/** Names of messages: of tensors, nodes and attributes. */
const NAMES = ['name', 'opType', 'domain', 'dimParam', 'location'];

function mutate(model: Holder, mutation: OnnxMutation): void {
  const slots = slotsOf(model);
  const pick = (wanted: (slot: Slot) => boolean): readonly [Slot | undefined, readonly Slot[]] => {
    const fitting = slots.filter(wanted);
    return [fitting[mutation.at % Math.max(1, fitting.length)], fitting];
  };
  const isName = ({ key, holder, value }: Slot): boolean =>
    typeof value === 'string' && (Array.isArray(holder) || NAMES.includes(String(key)));
  if (mutation.kind === 'whole') {
    const [slot] = pick(({ value }) => typeof value === 'bigint' || Number.isInteger(value));
    if (slot === undefined) return;
    const { value } = mutation;
    slot.holder[slot.key] =
      typeof slot.value === 'bigint' ? value : Number(BigInt.asIntN(32, value));
  } else if (mutation.kind === 'float') {
    const [slot] = pick(({ key, value }) => typeof value === 'number' && (key === 'f' || !Number.isInteger(value))); // prettier-ignore
    if (slot !== undefined) slot.holder[slot.key] = mutation.value;
  } else if (mutation.kind === 'name') {
    const [slot, names] = pick(isName);
    const other = names[mutation.other % (names.length + 1)];
    if (slot !== undefined) slot.holder[slot.key] = other?.value ?? '';
  } else if (mutation.kind === 'operator') {
    const [slot] = pick(({ key }) => key === 'opType');
    if (slot !== undefined) slot.holder[slot.key] = mutation.name;
  } else {
    const [slot] = pick(({ holder }) => Array.isArray(holder));
    if (slot === undefined) return;
    const list = slot.holder as unknown as unknown[];
    const copy: unknown[] = mutation.kind === 'double' ? [slot.value, slot.value] : [];
    list.splice(Number(slot.key), 1, ...copy);
  }
}

/** All places of a message. */
function slotsOf(model: Holder): Slot[] {
  const slots: Slot[] = [];
  const visit = (holder: Holder): void => {
    for (const key of Object.keys(holder)) {
      const value = holder[key];
      if (Array.isArray(holder) && value === undefined) continue;
      slots.push({ holder, key: Array.isArray(holder) ? Number(key) : key, value });
      const isLong = Array.isArray(value) && value.length > FEW && typeof value[0] === 'number';
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !isLong)
        visit(value as Holder);
    }
  };
  visit(model);
  return slots;
}
