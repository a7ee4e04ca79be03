// A file and a second one with its data.
import { ValueError } from '../../errors.js';
import { crc32 } from '../formats/bytes.js';
import { fileHost } from './platform.js';
import { siblingOf } from './source.js';
import type { ResolvedTarget } from './target.js';
import { inTurn } from './turns.js';
import { plainName, writing } from './write.js';

/**
 * Puts a file there, and before it the file that has its data, in the same folder. The name of the second says what it contains:
 * so the old file keeps its data until the new one is complete. The data of the old file are removed then: those that are older
 * than it, as newer ones may be those of another program that is about to write its file.
 *
 * @param owner the method, for messages
 * @param name what the file is called where the target does not say
 * @param fileFor gives the file, which names that with its data
 * @throws ValueError where writing fails, and for a store, which holds one file under a name; what an object that takes the files
 * throws.
 */
export async function writeWithData(
  owner: string,
  resolved: ResolvedTarget,
  data: Uint8Array<ArrayBuffer>,
  name: string,
  fileFor: (dataName: string) => Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { location } = resolved;
  if (location === undefined) {
    const plain = plainName(name);
    const own = `${plain}.data`;
    await resolved.sink.write(own, data);
    await resolved.sink.write(plain, fileFor(own));
    return;
  }
  if (resolved.store !== undefined) {
    throw new ValueError(
      `${owner}: '${location}' holds one file, and its data were to lie in a second one. Give a path, or an object ` +
        `{ write(name, bytes) }.`,
    );
  }
  const base = /[^/\\]*$/.exec(location)?.[0] ?? name;
  const dataName = `${base}.${crc32(data).toString(16).padStart(8, '0')}.data`;
  const bytes = fileFor(dataName);
  const save = async (): Promise<void> => {
    const host = fileHost();
    await host.writeFileAtomic(siblingOf(location, dataName), data, location);
    const folder = siblingOf(location, '') || '.';
    const found = await host.listFolder(folder, ownNames(base));
    await host.writeFileAtomic(location, bytes);
    // The file is there: data of ones before that cannot be deleted are no failure.
    const files = await host.openCache(folder);
    const before = found.get(base) ?? 0;
    for (const [old, time] of found) {
      if (old !== base && old !== dataName && time < before)
        await files?.remove(old).catch(() => undefined);
    }
  };
  await inTurn(() => writing(owner, location, save));
}

/** The name of a file, and those that are given to its data: others are not ours to delete. */
function ownNames(base: string): RegExp {
  const text = base.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${text}(\\.[0-9a-f]{8}\\.data)?$`);
}
