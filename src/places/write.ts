import { messageOf } from '../config/index.js';
import { LanegradError, ValueError } from '../errors.js';
import { fileHost } from './platform.js';
import { putFiles } from './stores/open.js';
import { placeOf } from './target.js';
import type { Place, Target } from './target.js';

/**
 * Puts a file there.
 *
 * @param owner the method, for messages
 * @param fallbackName what an object that takes bytes is told the file is called
 * @throws ValueError where writing fails; what an object that takes the bytes throws.
 */
export async function writeFile(
  owner: string,
  place: Place,
  bytes: Uint8Array<ArrayBuffer>,
  fallbackName: string,
): Promise<void> {
  const { location } = place;
  if (location === undefined) await place.sink.write(plainName(fallbackName), bytes);
  else if (place.store !== undefined) {
    await putFiles(owner, place.store, [[place.store.name, bytes]]);
  } else await writing(owner, location, () => fileHost().writeFileAtomic(location, bytes));
}

/** Puts a file where a target says. Parameters: see `writeFile`; errors also those of `placeOf`. */
export async function writeTarget(
  owner: string,
  target: Target,
  bytes: Uint8Array<ArrayBuffer>,
  fallbackName: string,
): Promise<void> {
  await writeFile(owner, placeOf(owner, target), bytes, fallbackName);
}

/** A name that no host takes for a path: a model may be called as a hostile file calls it. */
function plainName(name: string): string {
  return name.replace(/[\\/:*?"<>|%#\0-\x1f\x7f]/g, '_');
}

/** Writes at that location. @throws ValueError that says where and why, if the host fails; its error is the cause. */
export async function writing(
  owner: string,
  location: string,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof LanegradError) throw error;
    const reason = messageOf(error);
    throw new ValueError(`${owner}: cannot write '${location}': ${reason}`, { cause: error });
  }
}
