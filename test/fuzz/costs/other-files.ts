// Files of other formats: layers-models, arrays, HDF5.
import { encodeSafetensors } from '../../../src/files/formats/safetensors.js';
import type { Hdf5Content } from '../../../src/files/formats/hdf5/write.js';
import { encodeNpy } from '../../../src/files/formats/npy.js';
import { zip } from '../../../src/files/formats/zip.js';
import type { Attack } from './loaders.js';
import {
  arraysOfDense,
  CALLS,
  encode,
  join,
  LONG,
  plain,
  sequential,
  times,
  wrapped,
  scaled,
} from './builders.js';
import type { Json, Bytes } from './builders.js';

const tfjs = (topology: unknown, manifest: unknown = []): Bytes =>
  encode({ format: 'layers-model', modelTopology: topology, weightsManifest: manifest });

const older = (
  name: string,
  className: string,
  config: Json,
  ...nodes: readonly unknown[]
): Json => ({ class_name: className, config: { name, ...config }, name, inbound_nodes: nodes });

export const layersModels: Record<string, () => Bytes> = {
  'weights in the manifest': () =>
    tfjs(sequential([plain('InputLayer', { batch_input_shape: [null, 3] })]), [
      {
        paths: ['weights.bin'],
        weights: times(scaled(200_000), (i) => ({ name: `w${i}`, shape: [0], dtype: 'float32' })),
      },
    ]),
  shards: () =>
    tfjs(sequential([]), [{ paths: times(scaled(200_000), () => 'weights.bin'), weights: [] }]),
  groups: () =>
    tfjs(
      sequential([]),
      times(scaled(200_000), () => ({
        paths: ['weights.bin'],
        weights: [{ name: 'w', shape: [1], dtype: 'float32' }],
      })),
    ),
  'shape of a weight': () =>
    tfjs(sequential([]), [
      {
        paths: ['weights.bin'],
        weights: [{ name: 'w', shape: times(scaled(1_000_000), () => 1), dtype: 'float32' }],
      },
    ]),
  'name of a weight': () =>
    tfjs(sequential([]), [
      { paths: ['weights.bin'], weights: [{ name: LONG, shape: [9], dtype: 'float32' }] },
    ]),
  relus: () =>
    tfjs({
      class_name: 'Functional',
      config: {
        name: 'n',
        layers: [
          older('x', 'InputLayer', { batch_input_shape: [null, 3] }),
          ...times(CALLS, (i) =>
            older(`r${i}`, 'ReLU', {}, [[i === 0 ? 'x' : `r${i - 1}`, 0, 0, {}]]),
          ),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [[`r${CALLS - 1}`, 0, 0]],
      },
    }),
  'named tensors': () =>
    tfjs({
      class_name: 'Functional',
      config: {
        name: 'n',
        layers: [
          older('x', 'InputLayer', { batch_input_shape: [null, 3] }),
          older('y', 'ReLU', {}, [['x', 0, 0, { z: times(scaled(500_000), () => ['x', 0, 0]) }]]),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['y', 0, 0]],
      },
    }),
};

const npyHeader = (shape: string, descr = "'<f4'"): Bytes => {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 12) / 64) * 64 - 13) + '\n';
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 2, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(padded.length, 8);
  return Uint8Array.from(Buffer.concat([head, Buffer.from(padded), Buffer.alloc(4)]));
};

export const arrays: Attack[] = [
  { name: 'npy: axes', kind: 'npy', make: () => npyHeader('1, '.repeat(scaled(2_000_000))) },
  { name: 'npy: brackets', kind: 'npy', make: () => npyHeader('('.repeat(scaled(2_000_000))) },
  {
    name: 'npy: descr',
    kind: 'npy',
    make: () => npyHeader('1,', `'${'<'.repeat(scaled(5_000_000))}'`),
  },
  { name: 'npy: spaces', kind: 'npy', make: () => npyHeader(`1,${' '.repeat(scaled(5_000_000))}`) },
  { name: 'npy: digits', kind: 'npy', make: () => npyHeader(`${'9'.repeat(scaled(5_000_000))},`) },
  { name: 'npy: long zero axes', kind: 'npy', make: () => npyHeader('0, 4294967295, 4294967295') },
  {
    name: 'npz: members',
    kind: 'npz',
    make: () =>
      zip(
        times(scaled(60_000), (i) => ({
          name: `${i}.npy`,
          bytes: encodeNpy({ shape: [0], dtype: 'float32', data: new Float32Array(0) }),
        })),
      ),
  },
  {
    name: 'npz: names',
    kind: 'npz',
    make: () =>
      zip(
        times(140, (i) => ({
          name: `${i}${'x'.repeat(scaled(65_000))}.npy`,
          bytes: encodeNpy({ shape: [0], dtype: 'float32', data: new Float32Array(0) }),
        })),
      ),
  },
  {
    name: 'npz: zeros',
    kind: 'npz',
    make: () =>
      zip(
        [
          {
            name: 'x.npy',
            bytes: encodeNpy({
              shape: [scaled(2 ** 26)],
              dtype: 'float32',
              data: new Float32Array(scaled(2 ** 26)),
            }),
          },
        ],
        { compress: true },
      ),
  },
  {
    name: 'safetensors: tensors',
    kind: 'safetensors',
    make: () =>
      encodeSafetensors(
        times(
          scaled(90_000),
          (i) => [`t${i}`, { shape: [0], dtype: 'float32', data: new Float32Array(0) }] as const,
        ),
      ),
  },
  {
    name: 'safetensors: metadata',
    kind: 'safetensors',
    make: () => withHeader(`{"__metadata__":{${join(scaled(600_000), (i) => `"${i}":"0"`)}}}`),
  },
  {
    name: 'safetensors: names',
    kind: 'safetensors',
    make: () => withHeader(`{${join(scaled(1_000_000), (i) => `"${i}":0`)}}`),
  },
  {
    name: 'safetensors: axes',
    kind: 'safetensors',
    make: () =>
      withHeader(
        `{"x":{"dtype":"F32","shape":[${join(scaled(3_000_000), () => '1')}],"data_offsets":[0,4]}}`,
      ),
  },
];

function withHeader(text: string): Bytes {
  const bytes = Buffer.alloc(8 + text.length + 4);
  bytes.writeBigUInt64LE(BigInt(text.length));
  bytes.write(text, 8);
  return Uint8Array.from(bytes);
}

export const weights: Record<string, () => Hdf5Content> = {
  groups: () => ({
    groups: new Map([
      ['layers', { groups: new Map(times(scaled(90_000), (i) => [`g${i}`, {}] as const)) }],
    ]),
  }),
  'deep groups': () => wrapped(60, (inside) => ({ groups: new Map([['g', inside]]) }), {}),
  arrays: () =>
    arraysOfDense(
      new Map(
        times(
          scaled(90_000),
          (i) => [String(i), { shape: [0], dtype: 'float32', data: new Float32Array(0) }] as const,
        ),
      ),
    ),
  texts: () => ({
    texts: Object.fromEntries(times(scaled(20_000), (i) => [`t${i}`, 'x'.repeat(400)])),
  }),
  'long names': () => ({
    groups: new Map(times(140, (i) => [`${i}${'x'.repeat(scaled(60_000))}`, {}] as const)),
  }),
};

export const legacy: Record<string, () => Hdf5Content> = {
  'names in the model': () => ({
    texts: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: `{${join(6000, (i) => `"${i.toString(36)}":0`)}}`,
    },
  }),
  'layer names': () => ({
    texts: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: JSON.stringify(sequential([plain(LONG.slice(0, 60_000), {})])),
      layer_names: 'x',
    },
    groups: new Map([
      ['model_weights', { groups: new Map(times(scaled(50_000), (i) => [`l${i}`, {}] as const)) }],
    ]),
  }),
};
