// Files of ONNX. `LANEGRAD_ONNX_NODES` names the folder of ONNX's own node tests, whose models use every operator:
//
//     LANEGRAD_ONNX_NODES=$($python test/oracles/onnx/node_tests.py) LANEGRAD_FUZZ_RUNS=20000 npm run test:fuzz -- onnx
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FormatError } from '../../src/errors.js';
import { loadOnnx } from '../../src/io/onnx.js';
import { fuzz, realFiles, WHOLE_ONNX } from './fuzz.js';
import type { FuzzedReader } from './fuzz.js';

const folder = fileURLToPath(new URL('../fixtures/onnx', import.meta.url));

const reader: Omit<FuzzedReader, 'files'> = {
  parts: [WHOLE_ONNX],
  read: async (file) => {
    const model = await loadOnnx(file);
    model.dispose();
  },
  // A changed file may ask for padding or copies of any size, which are not made while it is read.
  maxBytes: 2 ** 28,
};

fuzz('loadOnnx', { ...reader, files: realFiles(folder, '.onnx') });

const nodes = process.env['LANEGRAD_ONNX_NODES'];
if (nodes !== undefined) {
  const paths = readdirSync(nodes).map((name) => [name, join(nodes, name, 'model.onnx')] as const);
  const files = paths
    .filter(([, path]) => existsSync(path))
    .map(([name, path]) => [name, Uint8Array.from(readFileSync(path))] as const);
  const read = async (file: Uint8Array<ArrayBuffer>): Promise<void> => {
    await reader.read(file, 'a node test').catch((error: unknown) => {
      if (!(error instanceof FormatError)) throw error;
    });
  };
  fuzz("loadOnnx of ONNX's node tests", { ...reader, read, files: new Map(files) });
}
