import { printable } from '../../config/describe-value.js';
import { messageOf } from '../../config/index.js';
import { LanegradError, ValueError } from '../../errors.js';
import { fileHost } from './platform.js';
import { putFiles } from './stores/open.js';
import { resolveTarget } from './target.js';
import type { ResolvedTarget, Target } from './target.js';

/**
 * Puts a file there.
 *
 * @param owner the method, for messages
 * @param fallbackName what an object that takes bytes is told the file is called
 * @throws ValueError where writing fails; what an object that takes the bytes throws.
 */
export async function writeFile(
  owner: string,
  resolved: ResolvedTarget,
  bytes: Uint8Array<ArrayBuffer>,
  fallbackName: string,
): Promise<void> {
  const { location } = resolved;
  if (location === undefined) await resolved.sink.write(plainName(fallbackName), bytes);
  else if (resolved.store !== undefined) {
    await putFiles(owner, resolved.store, [[resolved.store.name, bytes]]);
  } else await writing(owner, location, () => fileHost().writeFileAtomic(location, bytes));
}

/** Puts a file where a target says. Parameters: see `writeFile`; errors also those of `placeOf`. */
export async function writeTarget(
  owner: string,
  target: Target,
  bytes: Uint8Array<ArrayBuffer>,
  fallbackName: string,
): Promise<void> {
  await writeFile(owner, resolveTarget(owner, target), bytes, fallbackName);
}

/** A name that no host takes for a path: a model may be called as a hostile file calls it. */
export function plainName(name: string): string {
  return name.replace(/[\\/:*?"<>|%#\0-\x1f\x7f]/g, '_');
}

/** Writes at that location. @throws what `atLocation` throws. */
export async function writing(
  owner: string,
  location: string,
  write: () => Promise<void>,
): Promise<void> {
  await atLocation(owner, `write '${printable(location)}'`, write);
}

const FULL = 'The place is full. Make room there, or name another one.';
const FILE = 'A part of the path is a file. Name a folder, or move that file away.';
const FORBIDDEN = 'The program may not do that there. Name another place, or change the rights.';

/** What to do, by the codes of a host's errors, or by the name of a browser's. */
const ADVICE: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['QuotaExceededError', FULL],
  ['EEXIST', FILE],
  ['ENOTDIR', FILE],
  ['EISDIR', 'There is a folder of that name. Name a file, or move that folder away.'],
  ['EACCES', FORBIDDEN],
  ['EPERM', FORBIDDEN],
  ['EROFS', FORBIDDEN],
]);

/**
 * Does something with files of the host.
 *
 * @param what for messages: "write 'model.keras'"
 * @throws ValueError that says which owner failed at what, why, and what helps, if the host fails; its error is the cause.
 */
export async function atLocation<T>(owner: string, what: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    if (error instanceof LanegradError) throw error;
    const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
    const advice = ADVICE.get(code) ?? ADVICE.get(name);
    const more = advice === undefined ? '' : `. ${advice}`;
    throw new ValueError(`${owner}: cannot ${what}: ${messageOf(error)}${more}`, { cause: error });
  }
}
