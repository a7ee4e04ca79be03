import { messageOf } from '../config/brands.js';
import { LanegradError, ValueError } from '../errors.js';
import { fileHost } from './platform.js';
import { putFiles } from './stores/open.js';
import { storeAddress } from './stores/store.js';
import { isByteSink, targetLocation, type Target } from './target.js';

/**
 * Puts a file there.
 *
 * @param owner the method, for messages
 * @param fallbackName what an object that takes bytes is told the file is called
 * @throws ValueError for a target that cannot be written to, or where writing fails; what an object that takes the
 * bytes throws.
 */
export async function writeTarget(
  owner: string,
  target: Target,
  bytes: Uint8Array<ArrayBuffer>,
  fallbackName: string,
): Promise<void> {
  const location = targetLocation(owner, target);
  const address = location === undefined ? undefined : storeAddress(location);
  if (address !== undefined) await putFiles(owner, address, [[address.name, bytes]]);
  else if (location !== undefined) {
    await writing(owner, location, () => fileHost().writeFileAtomic(location, bytes));
  } else if (isByteSink(target)) await target.write(plainName(fallbackName), bytes);
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
