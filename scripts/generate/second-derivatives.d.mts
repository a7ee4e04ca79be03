import type { FunctionsFile } from './write-functions.mjs';

export function secondDerivativeModules(
  files?: readonly FunctionsFile[],
): [file: string, text: string][];
