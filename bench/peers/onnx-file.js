// An ONNX file of nodes and constants: the few messages of onnx.proto that a prediction needs, written as Protocol Buffers.
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const IR_VERSION = 8;
const OPERATORS = 17;
const FLOAT = 1;
const INT64 = 7;
const encoder = new TextEncoder();

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function concat(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A field that is a whole number. */
const int = (field, value) => concat([varint(field << 3), varint(value)]);
/** A field that is bytes, text or a message. */
const bytes = (field, value) => concat([varint((field << 3) | 2), varint(value.length), value]);
const text = (field, value) => bytes(field, encoder.encode(value));
const float = (field, value) =>
  concat([varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);

/** Whole numbers are ints, unless they are given as { float }; lists are of whole numbers. */
function attribute(name, value) {
  const KINDS = { float: 1, int: 2, text: 3, ints: 7 };
  const named = (kind, ...fields) =>
    bytes(5, concat([text(1, name), ...fields, int(20, KINDS[kind])]));
  if (Array.isArray(value)) return named('ints', ...value.map((each) => int(8, each)));
  if (typeof value === 'string') return named('text', text(4, value));
  if (typeof value === 'object') return named('float', float(2, value.float));
  return named('int', int(3, value));
}

function node({ type, inputs, output, attributes = {} }) {
  return concat([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  ]);
}

function constant({ name, shape, values }) {
  const type = values instanceof Float32Array ? FLOAT : INT64;
  return concat([
    ...shape.map((length) => int(1, length)),
    int(2, type),
    text(8, name),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

/** A float32 tensor that goes in or comes out. */
function port({ name, shape }) {
  const dims = shape.map((length) => bytes(1, int(1, length)));
  const type = bytes(1, concat([int(1, FLOAT), bytes(2, concat(dims))]));
  return concat([text(1, name), bytes(2, type)]);
}

/**
 * @param graph { nodes: [{ type, inputs, output, attributes }], constants: [{ name, shape, values }], input, output }, names
 *   being those of tensors; `input` and `output` are { name, shape }
 */
export function onnxFile({ nodes, constants, input, output }) {
  const graph = concat([
    ...nodes.map((each) => bytes(1, node(each))),
    text(2, 'graph'),
    ...constants.map((each) => bytes(5, constant(each))),
    bytes(11, port(input)),
    bytes(12, port(output)),
  ]);
  return concat([int(1, IR_VERSION), bytes(7, graph), bytes(8, int(2, OPERATORS))]);
}
