export interface Kernel {
  readonly name: string;
  readonly module: string;
  /** Its module, such as `assembly/ops/unary.ts`. */
  readonly file: string;
  /** Whether its arguments begin with (thread, threads). */
  readonly isSplit: boolean;
  /** The arguments behind those, with their types in TypeScript. */
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** As `costs` in src/engine/wasm/generated/costs.ts. */
  readonly cost: readonly number[] | undefined;
  readonly isInPlace: boolean;
}

/** The binaries that together hold every kernel once: targets in asconfig.json. */
export const sideModules: readonly string[];
export function readKernels(folder?: string): Kernel[];
/** The modules that the build writes, and what writes the text of each. */
export const interfaceFiles: Readonly<Record<string, (kernels: readonly Kernel[]) => string>>;
