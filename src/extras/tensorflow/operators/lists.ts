// Lists of tensors: TensorList of TensorFlow 2, and TensorArray of TensorFlow 1, whose flow holds the list here.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import { zeros } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { dtypeOf } from '../../../files/formats/onnx/types.js';
import { heldType } from '../../../files/formats/tensorflow/types.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';

/** The most entries of a list. */
const MAX_ENTRIES = 2 ** 20;

type Entries = readonly (OperatorValue | undefined)[];

/** So many entries that are not set. */
function unset(call: Call, count: number): Entries {
  if (Number.isInteger(count) && count >= 0 && count <= MAX_ENTRIES)
    return new Array<undefined>(count).fill(undefined);
  throw call.refuse(`a list of ${count} entries, 0 to ${MAX_ENTRIES} are possible`);
}

/** The entries of a tensor along its first axis. */
function entriesOf(call: Call, x: Tensor): OperatorValue[] {
  const count = x.shape[0] ?? 0;
  if (count > MAX_ENTRIES)
    throw call.refuse(`a list of ${count} entries, 0 to ${MAX_ENTRIES} are possible`);
  return Array.from({ length: count }, (_, i) => plain(sliceAlong(x, 0, i)));
}

/** The shape that entries which are not set have: as an input says, or as another entry. */
function shapeOfEntries(call: Call, entries: Entries, i: number | undefined): readonly number[] {
  const said = i !== undefined && call.has(i) && call.shape(i).length > 0 ? call.numbers(i) : [-1];
  if (said.every((length) => length >= 0)) return said;
  return entries.find((entry) => entry !== undefined)?.shape ?? said.map((n) => Math.max(0, n));
}

/** An entry; where none is set, zeros. */
function entry(call: Call, entries: Entries, at: number, shapeAt?: number): OperatorValue {
  if (!(at >= 0 && at < entries.length))
    throw call.refuse(`entry ${at} of a list of ${entries.length}`);
  const value = entries[at];
  if (value !== undefined) return value.alias;
  const dtype = dtypeOf(heldType(call.text('element_dtype', call.text('dtype', 'DT_FLOAT'))));
  return plain(zeros([...shapeOfEntries(call, entries, shapeAt)], dtype));
}

/** Entries as one tensor, one behind the other or, where they are joined, along their first axis. */
function stacked(call: Call, entries: Entries, places: readonly number[], shapeAt?: number): Given {
  if (places.length === 0) {
    const dtype = dtypeOf(heldType(call.text('element_dtype', call.text('dtype', 'DT_FLOAT'))));
    return plain(zeros([0, ...shapeOfEntries(call, entries, shapeAt)], dtype));
  }
  return plain(
    ops.stack(
      places.map((at) => entry(call, entries, at, shapeAt).tensor),
      0,
    ),
  );
}

function joined(call: Call, entries: Entries): Given[] {
  const tensors = entries.map((_, at) => entry(call, entries, at).tensor);
  if (tensors.length === 0) throw call.refuse('a list without entries cannot be joined');
  const lengths = tensors.map(({ shape }) => shape[0] ?? 0);
  return [plain(ops.concat(tensors, 0)), OperatorValue.numbers(lengths)];
}

const written = (call: Call, entries: Entries, at: number, value: OperatorValue): Given => {
  if (!(at >= 0 && at < MAX_ENTRIES)) throw call.refuse(`entry ${at} of a list`);
  const wide = [...entries, ...unset(call, Math.max(0, at + 1 - entries.length))];
  return OperatorValue.list(wide.with(at, value.alias));
};

/** The entries of a tensor put at places of a list. */
function scattered(call: Call, entries: Entries, x: Tensor, places: readonly number[]): Given {
  const most = places.reduce((a, b) => Math.max(a, b + 1), entries.length);
  const list: (OperatorValue | undefined)[] = [...entries, ...unset(call, most - entries.length)];
  entriesOf(call, x).forEach((value, i) => {
    const at = places[i] ?? -1;
    if (at < 0) throw call.refuse(`entry ${at} of a list`);
    list[at] = value;
  });
  return OperatorValue.list(list);
}

/** Parts of a tensor of those lengths along its first axis. */
function cut(x: Tensor, lengths: readonly number[]): Given {
  let from = 0;
  return OperatorValue.list(
    lengths.map((length) => {
      const part = sliceAlong(x, 0, [from, from + length]);
      from += length;
      return plain(part);
    }),
  );
}

const all = (entries: Entries): number[] => entries.map((_, at) => at);

/** All entries but the last, and the last. */
function popped(call: Call): Given[] {
  const entries = call.value(0).list;
  const last = entry(call, entries, entries.length - 1, 1);
  return [OperatorValue.list(entries.slice(0, -1)), last];
}

const size = (call: Call, i: number): Given =>
  OperatorValue.numbers([call.value(i).list.length], []);

/** Lists, of which each change gives another one. */
export const lists: Operators = {
  EmptyTensorList: { run: () => OperatorValue.list([]) },
  TensorArrayCloseV3: { run: () => [] },
  TensorArrayConcatV3: { run: (call) => joined(call, call.value(1).list) },
  TensorArrayGatherV3: {
    run: (call) => stacked(call, call.value(2).list, call.numbers(1)),
  },
  TensorArrayReadV3: { run: (call) => entry(call, call.value(2).list, call.number(1)) },
  TensorArrayScatterV3: {
    run: (call) => scattered(call, call.value(3).list, call.x(2), call.numbers(1)),
  },
  TensorArraySizeV3: { run: (call) => size(call, 1) },
  TensorArraySplitV3: { run: (call) => cut(call.x(1), call.numbers(2)) },
  TensorArrayV3: {
    run(call) {
      const list = OperatorValue.list(unset(call, call.number(0)));
      return [list, list];
    },
  },
  TensorArrayWriteV3: {
    run: (call) => written(call, call.value(3).list, call.number(1), call.value(2)),
  },
  TensorListConcat: { run: (call) => joined(call, call.value(0).list) },
  TensorListConcatV2: { run: (call) => joined(call, call.value(0).list) },
  TensorListFromTensor: { run: (call) => OperatorValue.list(entriesOf(call, call.x())) },
  TensorListGather: { run: (call) => stacked(call, call.value(0).list, call.numbers(1), 2) },
  TensorListGetItem: { run: (call) => entry(call, call.value(0).list, call.number(1), 2) },
  TensorListLength: { run: (call) => size(call, 0) },
  TensorListPopBack: { run: popped },
  TensorListPushBack: {
    run: (call) => OperatorValue.list([...call.value(0).list, call.value(1).alias]),
  },
  TensorListReserve: { run: (call) => OperatorValue.list(unset(call, call.number(1))) },
  TensorListResize: {
    run(call) {
      const [entries, count] = [call.value(0).list, call.number(1)];
      return OperatorValue.list([...entries, ...unset(call, count)].slice(0, count));
    },
  },
  TensorListScatter: { run: (call) => scattered(call, [], call.x(), call.numbers(1)) },
  TensorListScatterV2: {
    run: (call) =>
      scattered(call, unset(call, Math.max(0, call.number(3))), call.x(), call.numbers(1)),
  },
  TensorListSetItem: {
    run: (call) => written(call, call.value(0).list, call.number(1), call.value(2)),
  },
  TensorListSplit: { run: (call) => cut(call.x(), call.numbers(2)) },
  TensorListStack: {
    run(call) {
      const entries = call.value(0).list;
      return stacked(call, entries, all(entries), 1);
    },
  },
};
