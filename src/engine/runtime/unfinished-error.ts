import { LanegradError } from '../../errors.js';
import type { Pointer } from '../wasm/generated/kernels.js';

/** A call of a kernel that was not done: a worker ended, or fell silent, while it had a share of the call. */
export class UnfinishedError extends LanegradError {
  /** Where the elements begin that are no longer whole, if the kernel changes elements in place. */
  readonly torn: Pointer | undefined;

  constructor(message: string, options: ErrorOptions & { readonly torn?: Pointer } = {}) {
    super(message, options);
    this.torn = options.torn;
  }
}
