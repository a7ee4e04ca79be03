// Each file format by itself: `lanegrad/io/…` shares its classes with `lanegrad`.
import { FormatError, Tensor, layers, models } from 'lanegrad';
import { readKeras } from 'lanegrad/io/keras';
import { readNpz, writeNpz } from 'lanegrad/io/npz';
import { readSafetensors, writeSafetensors } from 'lanegrad/io/safetensors';
import { readLayersModel } from 'lanegrad/io/tfjs';

function check(condition, message) {
  if (!condition) throw new Error(message);
}

const files = new Map();
const target = { write: (name, bytes) => files.set(name, bytes), read: (name) => files.get(name) };
await writeSafetensors(target, { x: [1, 2] });
await writeNpz(target, { x: [3, 4] });
await new models.Sequential([new layers.Dense(1, { inputShape: [2] })]).save(target);

const { tensors } = await readSafetensors(files.get('arrays.safetensors'));
const arrays = await readNpz(files.get('arrays.npz'));
const { weights } = await readLayersModel(target);
const [kernel] = Object.values(weights);
for (const x of [tensors.x, arrays.x, kernel]) check(x instanceof Tensor, 'two classes Tensor');
const values = [tensors.x.toArray(), arrays.x.toArray(), kernel.shape];
check(JSON.stringify(values) === '[[1,2],[3,4],[2,1]]', JSON.stringify(values));

for (const read of [readSafetensors, readNpz, readKeras]) {
  const error = await read(new Uint8Array(30)).catch((reason) => reason);
  check(error instanceof FormatError, 'two classes FormatError');
}
console.log([...files.keys()].join(', '));
