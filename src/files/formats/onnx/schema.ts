// The messages of ONNX's files, as tables of their fields (onnx.proto, IR version 14). Fields that say nothing of what a model
// computes are left out, and passed over.
import { list, nested, nestedList, optional, scalar, Schema } from '../protobuf.js';
import type { Values } from '../protobuf.js';

/** The most entries of a list of messages in a file. Networks that people exchange have thousands of nodes. */
export const MAX_ENTRIES = 1 << 17;

/** A name and a text, as external data are described. */
export const EntryProto = new Schema('StringStringEntryProto', {
  key: [1, scalar('string')],
  value: [2, scalar('string')],
});

/** The elements of a tensor. */
export const TensorProto = new Schema('TensorProto', {
  dims: [1, list('int64')],
  dataType: [2, scalar('int32')],
  floatData: [4, list('float')],
  int32Data: [5, list('int32')],
  stringData: [6, list('bytes')],
  int64Data: [7, list('int64')],
  name: [8, scalar('string')],
  rawData: [9, optional('bytes')],
  doubleData: [10, list('double')],
  uint64Data: [11, list('uint64')],
  externalData: [13, nestedList(() => EntryProto, 64)],
  dataLocation: [14, scalar('int32')],
});

/** A sparse tensor: values, and where they stand. */
export const SparseTensorProto = new Schema('SparseTensorProto', {
  values: [1, nested(() => TensorProto)],
  indices: [2, nested(() => TensorProto)],
  dims: [3, list('int64')],
});

const DimensionProto = new Schema('Dimension', {
  dimValue: [1, optional('int64')],
  dimParam: [2, optional('string')],
});

const ShapeProto = new Schema('TensorShapeProto', {
  dim: [1, nestedList(() => DimensionProto, 64)],
});

const TensorTypeProto = new Schema('Tensor', {
  elemType: [1, scalar('int32')],
  shape: [2, nested(() => ShapeProto)],
});

/** The type of a value. Types that are no tensors are only told apart. */
const TypeProto = new Schema('TypeProto', {
  tensorType: [1, nested(() => TensorTypeProto)],
  sequenceType: [4, optional('bytes')],
  mapType: [5, optional('bytes')],
  sparseTensorType: [8, optional('bytes')],
  optionalType: [9, optional('bytes')],
});

/** Name and type of a value. */
export const ValueInfoProto = new Schema('ValueInfoProto', {
  name: [1, scalar('string')],
  type: [2, nested(() => TypeProto)],
});

/** What a node is told in addition to its inputs. */
const ATTRIBUTE = {
  name: [1, scalar('string')],
  f: [2, scalar('float')],
  i: [3, scalar('int64')],
  s: [4, scalar('bytes')],
  t: [5, nested(() => TensorProto)],
  floats: [7, list('float')],
  ints: [8, list('int64')],
  strings: [9, list('bytes')],
  type: [20, scalar('int32')],
  refAttrName: [21, scalar('string')],
  sparseTensor: [22, nested(() => SparseTensorProto)],
} as const;

/** An attribute of a node, with the bytes of the graph in it: how deep graphs may stand in graphs is the reader's affair. */
export const AttributeProto = new Schema('AttributeProto', {
  ...ATTRIBUTE,
  g: [6, optional('bytes')],
});

/** A call of an operator. */
export const NodeProto = new Schema('NodeProto', {
  input: [1, list('string')],
  output: [2, list('string')],
  name: [3, scalar('string')],
  opType: [4, scalar('string')],
  attribute: [5, nestedList(() => AttributeProto, 256)],
  domain: [7, scalar('string')],
});

/** Nodes between inputs and outputs. */
export const GraphProto = new Schema('GraphProto', {
  node: [1, nestedList(() => NodeProto, MAX_ENTRIES)],
  name: [2, scalar('string')],
  initializer: [5, nestedList(() => TensorProto, MAX_ENTRIES)],
  input: [11, nestedList(() => ValueInfoProto, MAX_ENTRIES)],
  output: [12, nestedList(() => ValueInfoProto, MAX_ENTRIES)],
  sparseInitializer: [15, nestedList(() => SparseTensorProto, MAX_ENTRIES)],
});

const OperatorSetProto = new Schema('OperatorSetIdProto', {
  domain: [1, scalar('string')],
  version: [2, scalar('int64')],
});

/** A file. */
export const ModelProto = new Schema('ModelProto', {
  irVersion: [1, scalar('int64')],
  producerName: [2, scalar('string')],
  producerVersion: [3, scalar('string')],
  graph: [7, nested(() => GraphProto)],
  opsetImport: [8, nestedList(() => OperatorSetProto, 256)],
});

/** The values of a message's fields. */
export type TensorMessage = Values<(typeof TensorProto)['fields']>;
export type SparseTensorMessage = Values<(typeof SparseTensorProto)['fields']>;
export type ModelMessage = Values<(typeof ModelProto)['fields']>;
export type ValueInfoMessage = Values<(typeof ValueInfoProto)['fields']>;
export type AttributeMessage = Values<(typeof AttributeProto)['fields']>;
export type NodeMessage = Values<(typeof NodeProto)['fields']>;
export type GraphMessage = Values<(typeof GraphProto)['fields']>;
