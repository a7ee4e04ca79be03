import type { Writer } from '../../../src/config/platform.js';

/** A writer that keeps what was written. */
export class RecordingWriter implements Writer {
  readonly writes: string[] = [];
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  readonly columns: number | undefined;

  constructor({
    isTerminal = false,
    hasColors = false,
    columns = undefined as number | undefined,
  } = {}) {
    this.isTerminal = isTerminal;
    this.hasColors = hasColors;
    this.columns = columns;
  }

  write(text: string): void {
    this.writes.push(text);
  }

  get text(): string {
    return this.writes.join('');
  }
}
