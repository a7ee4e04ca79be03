import type { Kernels } from './kernels.js';

/**
 * Kernels that not every program uses (`@part windows` in their doc comments), as a binary of their own over the same
 * memory. The build makes a module of each part. Whoever runs one of its kernels asks for the part,
 * `runtime.with(windows)`, so that bundlers see which parts a program needs. What a part keeps in memory (constants) has
 * a place of its own below that of the core: `memoryBase` in asconfig.json.
 */
export interface Part {
  /** As `embedded.ts` reads it. */
  readonly embedded: string;
  /** One of its kernels: a core that has it was built of all parts. */
  readonly kernel: keyof Kernels;
}
