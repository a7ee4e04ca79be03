/** A file of assembly/ops/functions/ with the functions in it. */
export interface FunctionsFile {
  readonly file: string;
  readonly functions: readonly {
    readonly name: string;
    readonly text: string;
    readonly second: string | undefined;
  }[];
}
export function readFunctions(folder?: string): FunctionsFile[];
