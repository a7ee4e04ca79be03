import { describeValue, printable } from '../../config/describe-value.js';
import { checkBoolean, checkOptions } from '../../config/index.js';
import { targetLocation } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { ValueError } from '../../errors.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';
import { pythonFloat } from './python-format.js';

/** Options of `CSVLogger`. */
export interface CSVLoggerOptions {
  /** The character between two columns. Default `','`. */
  readonly separator?: string;
  /** Whether rows are appended to an existing file. Default false: the file is replaced. */
  readonly append?: boolean;
}

/**
 * Writes the logs of each epoch as a row of a CSV file, as Keras does: `epoch`, then the logs sorted by name. The first
 * epoch decides which columns there are; values that are missing in later epochs become `NA`. The file is complete
 * after each epoch.
 *
 * @example new callbacks.CSVLogger('training.csv')
 */
export class CSVLogger extends Callback {
  readonly filename: Target;
  readonly separator: string;
  readonly append: boolean;
  #text = '';
  #keys: readonly string[] | undefined;

  /**
   * @param filename a path; in a browser, which has no files, indexeddb:// or localstorage:// and a name, or an object
   * { write(name, bytes) } that takes the whole file after each epoch
   * @throws ValueError for an option that is unknown or out of range.
   */
  constructor(filename: Target, options: CSVLoggerOptions = {}) {
    super();
    checkOptions('CSVLogger', options, ['separator', 'append']);
    const location = targetLocation('CSVLogger', filename);
    this.filename = filename;
    this.separator = options.separator ?? ',';
    if (typeof this.separator !== 'string' || !/^[^"\r\n]$/.test(this.separator)) {
      throw new ValueError(
        `CSVLogger: separator must be one character, no quote or line break, got ${describeValue(this.separator)}.`,
      );
    }
    this.append = checkBoolean('CSVLogger', 'append', options.append ?? false);
    if (this.append && location === undefined) {
      throw new ValueError(
        'CSVLogger: append needs a path, as what was written to an object cannot be read again.',
      );
    }
  }

  /** @throws ValueError if there is no file system, and if the file cannot be read or written. */
  override async onTrainBegin(): Promise<void> {
    this.#keys = undefined;
    this.#text = '';
    const location = targetLocation('CSVLogger', this.filename);
    if (this.append && location !== undefined) {
      const { atLocation, readWritten } = await import('../data/file-arrays.js');
      const what = `read '${printable(location)}'`;
      const bytes = await atLocation('CSVLogger', what, () => readWritten(location));
      this.#text = new TextDecoder().decode(bytes ?? new Uint8Array());
    }
    await this.#write();
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    if (this.#keys === undefined) {
      this.#keys = Object.keys(logs).sort();
      if (this.#text === '') this.#addRow(['epoch', ...this.#keys]);
    }
    const values = this.#keys.map((key) => {
      const value = logs[key];
      return value === undefined ? 'NA' : pythonFloat(value);
    });
    this.#addRow([String(epoch), ...values]);
    await this.#write();
  }

  #addRow(fields: readonly string[]): void {
    this.#text += `${fields.map((field) => this.#quoted(field)).join(this.separator)}\r\n`;
  }

  #quoted(field: string): string {
    const needsQuotes = field.includes(this.separator) || /["\r\n]/.test(field);
    return needsQuotes ? `"${field.replaceAll('"', '""')}"` : field;
  }

  async #write(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#text);
    const { writeTarget } = await import('../data/file-arrays.js');
    await writeTarget('CSVLogger', this.filename, bytes, 'training.csv');
  }
}
