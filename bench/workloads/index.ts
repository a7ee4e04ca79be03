// All workloads, in the order of the table.
import { cifarWorkload, convWorkload } from './convolutional.js';
import { denseWorkload, imagesWorkload, mlpWorkload, seedWorkload } from './dense.js';
import { gptWorkload } from './gpt.js';
import { pictureWorkloads } from './pictures.js';
import { predictionWorkloads } from './prediction.js';
import { recurrentWorkloads } from './recurrent.js';
import { textWorkload } from './text.js';
import type { Workload } from './workload.js';

export { imagesWorkload } from './dense.js';

export const workloads: readonly Workload[] = [
  seedWorkload,
  denseWorkload,
  mlpWorkload,
  convWorkload,
  cifarWorkload,
  textWorkload,
  ...recurrentWorkloads,
  gptWorkload,
  ...pictureWorkloads,
  ...predictionWorkloads,
];

/** @throws Error for another name */
export function workloadNamed(name: string): Workload {
  const found = [...workloads, imagesWorkload('')].find((workload) => workload.name === name);
  if (found !== undefined) return found;
  const names = workloads.map((workload) => workload.name);
  throw new Error(`no workload '${name}'; there are ${names.join(', ')}`);
}
