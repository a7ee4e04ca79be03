// Files of a folder in the order in which Keras finds them: in Node, of those that the user picked, or behind a handle.
import { brandOf, isBlob, isListOf, isUrl } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DatasetError, ValueError } from '../../../errors.js';
import { fileHost } from '../../../files/locations/platform.js';

/** A folder in a browser, as `showDirectoryPicker` returns it. */
export interface DirectoryHandle {
  /** Always `'directory'`, which distinguishes a folder from a file. */
  readonly kind: 'directory';
  /** The name of the folder, without the folders above it. */
  readonly name: string;
  /** The contents of the folder, by name. */
  entries(): AsyncIterableIterator<[string, DirectoryHandle | FileHandle]>;
}

/** A file in a browser. */
export interface FileHandle {
  /** Always `'file'`, which distinguishes a file from a folder. */
  readonly kind: 'file';
  /** The name of the file, without folders. */
  readonly name: string;
  /** The current contents of the file. */
  getFile(): Promise<File>;
}

/**
 * A folder of files: a path (Node, Deno, Bun); the files of an `<input type="file" webkitdirectory>`, as a FileList or
 * an array; or a folder's handle.
 */
export type FolderSource = string | URL | ArrayLike<File> | DirectoryHandle;

/** A file of a folder. */
export interface FolderFile {
  /** The place below the folder, with `/`. */
  readonly path: string;
  /** What reads it. */
  readonly source: string | File | FileHandle;
}

/** Files below a folder, and the folders in it that are classes. */
export interface FolderListing {
  /** The name of the folder in messages. */
  readonly name: string;
  /** Sorted; those that begin with a point are left out. */
  readonly subfolders: readonly string[];
  /** The files whose names end in one of the ways that were asked for, at any depth, sorted by folders and then by names. */
  filesIn(subfolder: string): Promise<readonly FolderFile[]>;
}

/** Deeper than any folder that a user has made. */
const MAX_DEPTH = 100;

/** Files and folders that are found again in folders to which several links lead. A few links may lead to the same in millions of ways. */
const MAX_REPEATED = 2 ** 16;

/**
 * Lists a folder.
 *
 * @param endings the file extensions that count, in lower case
 * @throws ValueError for anything but a folder, DatasetError if the folder does not exist.
 */
export async function listFolder(
  owner: string,
  folder: FolderSource,
  followLinks: boolean,
  endings: readonly string[],
): Promise<FolderListing> {
  const all = await listAll(owner, folder, followLinks);
  const counts = ({ path }: FolderFile): boolean =>
    endings.some((ending) => path.toLowerCase().endsWith(ending));
  return {
    ...all,
    filesIn: async (subfolder) => sorted((await all.filesIn(subfolder)).filter(counts)),
  };
}

/** The folder with all its files, in no order. */
async function listAll(
  owner: string,
  folder: FolderSource,
  followLinks: boolean,
): Promise<FolderListing> {
  if (typeof folder === 'string' || isUrl(folder)) {
    return listPath(owner, String(folder), followLinks);
  }
  if (isHandle(folder)) return listTree(folder.name, await treeOfHandle(owner, folder, 0));
  const isList = brandOf(folder) === 'FileList' || Array.isArray(folder);
  const files: readonly unknown[] = isList ? Array.from(folder as ArrayLike<unknown>) : [];
  if (isList && isListOf(files, isBlob)) return listTree('the files', treeOfFiles(owner, files));
  throw new ValueError(
    `${owner}: directory must be a path, a FileList, an array of File or a directory handle, got ${describeValue(folder)}.`,
  );
}

function isHandle(value: unknown): value is DirectoryHandle {
  const { kind, entries } = (value ?? {}) as Partial<DirectoryHandle>;
  return kind === 'directory' && typeof entries === 'function';
}

/** A folder in memory: what is in it, by name. */
interface Tree {
  readonly files: Map<string, FolderFile['source']>;
  readonly folders: Map<string, Tree>;
}

const emptyTree = (): Tree => ({ files: new Map(), folders: new Map() });

/** Files that the user picked. Their paths begin with the folder that was picked. */
function treeOfFiles(owner: string, files: readonly Blob[]): Tree {
  const root = emptyTree();
  for (const blob of files) {
    const file = blob as File;
    if (typeof file.name !== 'string') {
      throw new ValueError(`${owner}: expected files with names, got ${describeValue(file)}.`);
    }
    const relative = file.webkitRelativePath;
    const path =
      relative === '' || relative === undefined ? [file.name] : relative.split('/').slice(1);
    let tree = root;
    for (const name of path.slice(0, -1)) {
      const inner = tree.folders.get(name) ?? emptyTree();
      tree.folders.set(name, inner);
      tree = inner;
    }
    tree.files.set(path.at(-1) ?? file.name, file);
  }
  return root;
}

async function treeOfHandle(owner: string, handle: DirectoryHandle, depth: number): Promise<Tree> {
  requireDepth(owner, handle.name, depth);
  const tree = emptyTree();
  for await (const [name, entry] of handle.entries()) {
    if (entry.kind === 'file') tree.files.set(name, entry);
    else tree.folders.set(name, await treeOfHandle(owner, entry, depth + 1));
  }
  return tree;
}

function requireDepth(owner: string, name: string, depth: number): void {
  if (depth <= MAX_DEPTH) return;
  throw new DatasetError(
    `${owner}: '${name}' lies deeper than ${MAX_DEPTH} folders. Name a folder within.`,
  );
}

function listTree(name: string, root: Tree): FolderListing {
  const walk = (tree: Tree, path: string): FolderFile[] => [
    ...[...tree.files].map(([file, source]) => ({ path: joined(path, file), source })),
    ...[...tree.folders].flatMap(([folder, inner]) => walk(inner, joined(path, folder))),
  ];
  return {
    name,
    subfolders: classNames([...root.folders.keys()]),
    filesIn: async (subfolder) => {
      const tree = subfolder === '' ? root : root.folders.get(subfolder);
      return tree === undefined ? [] : walk(tree, subfolder);
    },
  };
}

/** Folders by their paths without links, and how much of them was found again. */
interface Seen {
  readonly folders: Set<string>;
  repeated: number;
}

async function listPath(owner: string, root: string, followLinks: boolean): Promise<FolderListing> {
  const host = fileHost();
  const top = await host.readFolder(root);
  if (top === undefined) {
    throw new DatasetError(`${owner}: there is no folder '${root}'. Check the path.`);
  }
  const walk = async (
    path: string,
    above: readonly string[],
    seen: Seen,
  ): Promise<FolderFile[]> => {
    requireDepth(owner, path, above.length);
    const location = path === '' ? root : host.join(root, path);
    // A link to a folder above would lead in circles.
    const real = followLinks ? await host.realLocation(location) : location;
    if (above.includes(real)) return [];
    const entries = (await host.readFolder(location)) ?? [];
    if (seen.folders.has(real)) seen.repeated += 1 + entries.length;
    seen.folders.add(real);
    if (seen.repeated > MAX_REPEATED) {
      throw new DatasetError(
        `${owner}: links below '${root}' lead to the same folders again and again: more than ${MAX_REPEATED} files and folders ` +
          `are found twice. Remove links, or set followLinks: false.`,
      );
    }
    const files = entries
      .filter(({ isFolder }) => !isFolder)
      .map(({ name }) => ({ path: joined(path, name), source: host.join(location, name) }));
    const inner: FolderFile[] = [];
    for (const { name, isFolder, isLink } of entries) {
      if (!isFolder || (isLink && !followLinks)) continue;
      inner.push(...(await walk(joined(path, name), [...above, real], seen)));
    }
    return [...files, ...inner];
  };
  return {
    name: `'${root}'`,
    subfolders: classNames(top.filter(({ isFolder }) => isFolder).map(({ name }) => name)),
    filesIn: (subfolder) => walk(subfolder, [], { folders: new Set(), repeated: 0 }),
  };
}

function classNames(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith('.')).sort(byCodePoints);
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/** Files by their folders and then by their names, as Python sorts. */
function sorted(files: readonly FolderFile[]): FolderFile[] {
  const parts = (path: string): readonly [string, string] => {
    const at = path.lastIndexOf('/');
    return at < 0 ? ['', path] : [path.slice(0, at), path.slice(at + 1)];
  };
  return files.toSorted((a, b) => {
    const [[folderA, nameA], [folderB, nameB]] = [parts(a.path), parts(b.path)];
    return byCodePoints(folderA, folderB) || byCodePoints(nameA, nameB);
  });
}

/** The order of Python's texts. JavaScript compares halves of characters beyond 16 bits. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
