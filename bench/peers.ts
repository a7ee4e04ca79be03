// The peers that run in the benchmark's own process; undefined if they are not installed.
import { existsSync } from 'node:fs';

type TfjsSmall = typeof import('./peers/tfjs-small.js');
export type OnnxRuntime = typeof import('./peers/onnx-runtime.js');
type Jax = typeof import('./peers/jax.js');

function isInstalled(packageName: string): boolean {
  return existsSync(new URL(`peers/node_modules/${packageName}`, import.meta.url));
}

export const howToInstall = 'not installed: npm ci --prefix bench/peers';

export async function importTfjs(): Promise<TfjsSmall | undefined> {
  return isInstalled('@tensorflow/tfjs') ? import('./peers/tfjs-small.js') : undefined;
}

export async function importJax(): Promise<Jax | undefined> {
  return isInstalled('@jax-js/jax') ? import('./peers/jax.js') : undefined;
}

export async function importOnnxRuntime(): Promise<OnnxRuntime | undefined> {
  return isInstalled('onnxruntime-web') ? import('./peers/onnx-runtime.js') : undefined;
}
