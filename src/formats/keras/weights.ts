import type { FileArray } from '../elements.js';
import { readHdf5 } from '../hdf5/read.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { writeHdf5 } from '../hdf5/write.js';
import type { Hdf5Content } from '../hdf5/write.js';

// `.weights.h5` of Keras 3, also inside of `.keras`:
//
//     layers/dense/vars/0          the first variable of the first Dense; `vars` has the layer's name as attribute
//     layers/dense_1/vars/0, 1 …   the second Dense, whatever it is called
//     optimizer/vars/0, 1 …        iteration, learning rate, slots
//     vars                         the model's own

/** Something that has variables of its own: a layer, an optimizer, the model. */
export interface KerasObject {
  /** `layers/dense`; empty for the model. */
  readonly path: string;
  /** `dense_7`, the name that it was given; undefined if the file does not say. */
  readonly name: string | undefined;
  readonly arrays: readonly FileArray[];
  /** What legacy files call the arrays. */
  readonly arrayNames?: readonly string[];
}

/** The bytes of a `.weights.h5` file, in pieces. @throws ValueError for what HDF5 cannot hold. */
export function encodeKerasWeights(
  owner: string,
  objects: readonly KerasObject[],
): Uint8Array<ArrayBuffer>[] {
  const root: GroupContent = { groups: new Map() };
  for (const { path, name, arrays } of objects) {
    const parts = path === '' ? [] : path.split('/');
    const group = parts.reduce(groupIn, root);
    group.groups.set('vars', {
      groups: new Map(),
      ...(name === undefined ? {} : { texts: { name } }),
      arrays: new Map(arrays.map((array, i) => [String(i), array])),
    });
  }
  return writeHdf5(owner, root);
}

interface GroupContent extends Hdf5Content {
  readonly groups: Map<string, GroupContent>;
}

function groupIn({ groups }: GroupContent, name: string): GroupContent {
  const group = groups.get(name) ?? { groups: new Map() };
  groups.set(name, group);
  return group;
}

/** What a `.weights.h5` file holds, by path. @param maxBytes the most that it may inflate to @throws FormatError */
export async function decodeKerasWeights(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<Map<string, KerasObject>> {
  return readKerasWeights(readHdf5(bytes, label, maxBytes));
}

/** The objects below a group, by path. @throws FormatError */
export async function readKerasWeights(root: Hdf5Group): Promise<Map<string, KerasObject>> {
  const objects = new Map<string, KerasObject>();
  await collect(root, '', objects);
  return objects;
}

async function collect(
  group: Hdf5Group,
  path: string,
  objects: Map<string, KerasObject>,
): Promise<void> {
  for (const name of group.keys()) {
    const inner = group.group(name);
    if (inner === undefined) continue;
    if (name === 'vars') {
      objects.set(path, { path, name: inner.text('name'), arrays: await arraysOf(inner) });
    } else {
      // What Keras 2.12 to 3.0 called it.
      const known = name === '_layer_checkpoint_dependencies' ? 'layers' : name;
      await collect(inner, path === '' ? known : `${path}/${known}`, objects);
    }
  }
}

/** `0`, `1`, … as far as they go: other things in the group are no variables. */
async function arraysOf(group: Hdf5Group): Promise<FileArray[]> {
  const arrays: FileArray[] = [];
  for (;;) {
    const array = await group.array(String(arrays.length));
    if (array === undefined) return arrays;
    arrays.push(array);
  }
}
