import { describeValue, printable } from '../../config/describe-value.js';
import { checkText, messageOf } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import { fileHost } from '../../files/locations/platform.js';
import { atLocation } from '../../files/locations/write.js';
import type { ByteCache } from '../../files/locations/file-host.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** What to do about a file that cannot be gone on from. */
export const ADVICE = 'Remove the folder, or give another projectName or overwrite: true.';

/** Where a search is kept: files in a folder of its own, or in memory. */
export class SearchStore {
  private constructor(
    private readonly owner: string,
    private readonly cache: Omit<ByteCache, 'location'>,
    /** The name of the place in messages. */
    readonly place: string,
    /** Whether another process can go on with the search. */
    readonly isKept: boolean,
  ) {}

  /**
   * The store in `directory/projectName`, or in memory without a directory.
   *
   * @throws ValueError for names that are none, and where nothing can be written.
   */
  static async open(
    owner: string,
    directory: string | undefined,
    projectName: string,
  ): Promise<SearchStore> {
    if (directory === undefined) return new SearchStore(owner, memoryCache(), 'memory', false);
    const host = fileHost();
    const folder = host.join(directory, projectName);
    const cache = await host.openCache(folder);
    const place = `'${printable(folder)}'`;
    if (cache === undefined) {
      throw new ValueError(
        `${owner}: there is no place to keep ${place}: a browser has one only on secure pages. Leave directory out.`,
      );
    }
    await atLocation(owner, `write into ${place}`, () => cache.prepare());
    return new SearchStore(owner, cache, place, true);
  }

  /** The name of a file in messages. */
  label(name: string): string {
    return `${this.owner}: '${name}' in ${this.place}`;
  }

  async read(name: string): Promise<Bytes | undefined> {
    return atLocation(this.owner, `read '${name}' in ${this.place}`, () => this.cache.get(name));
  }

  /** Writes a file; a reader sees all of it, or what was there before. */
  async write(name: string, bytes: Bytes): Promise<void> {
    await atLocation(this.owner, `write '${name}' in ${this.place}`, () => this.cache.put(name, bytes)); // prettier-ignore
  }

  async remove(name: string): Promise<void> {
    await atLocation(this.owner, `remove '${name}' in ${this.place}`, () => this.cache.remove(name)); // prettier-ignore
  }

  /** What a file of JSON holds; undefined if there is none. @throws FormatError for a file that is damaged. */
  async readJson<T>(name: string, parse: (json: unknown) => T): Promise<T | undefined> {
    const bytes = await this.read(name);
    if (bytes === undefined) return undefined;
    try {
      return parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    } catch (error) {
      throw this.damaged(name, messageOf(error), error);
    }
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.write(name, new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`));
  }

  /** That a file cannot be read, and what to do. */
  damaged(name: string, reason: string, cause?: unknown): FormatError {
    const sentence = reason.replace(/\.$/, '');
    return new FormatError(`${this.label(name)} is no state of a search: ${sentence}. ${ADVICE}`, {
      cause,
    });
  }
}

function memoryCache(): Omit<ByteCache, 'location'> {
  const files = new Map<string, Bytes>();
  return {
    prepare: async () => undefined,
    get: async (name) => files.get(name),
    put: async (name, bytes) => void files.set(name, bytes),
    remove: async (name) => void files.delete(name),
  };
}

/** The name of a folder. @throws ValueError for a text that leads elsewhere. */
export function checkProjectName(owner: string, name: unknown): string {
  const text = checkText(owner, 'projectName', name);
  if (!/[\\/:\0]/.test(text) && text !== '.' && text !== '..') return text;
  throw new ValueError(
    `${owner}: projectName must be the name of a folder, without '/' and the like, got ${describeValue(name)}. Name the ` +
      `folder around it by directory.`,
  );
}

/** The file of a trial. */
export const trialFile = (number: number): string => `${folderOf(number)}/trial.json`;

/** The file with the weights of the best epoch of a trial. */
export const bestFile = (number: number): string => `${folderOf(number)}/best.safetensors`;

/** The file with what a later trial needs to go on with this one. */
export const lastFile = (number: number, execution: number): string =>
  `${folderOf(number)}/last_${execution}.safetensors`;

const folderOf = (number: number): string => `trial_${idOf(number)}`;

/** A number of a trial as a text, by which `tuner/trial_id` names it. */
export const idOf = (number: number): string => String(number).padStart(4, '0');
