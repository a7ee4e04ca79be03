// What `slice` is told, as parts of axes.
import { ELLIPSIS, readSpec } from '../../../engine/ops/indexing/slice.js';
import type { PlainSpec } from '../../../engine/ops/index.js';
import type { Part } from './shapes.js';
import { refuse } from './written.js';
import type { Written } from './written.js';

/** Parts of axes, axes that an index drops, and axes of length 1 that come new. */
export interface ParsedSpec {
  readonly parts: readonly Part[];
  readonly dropped: readonly number[];
  /** Where new axes stand in the result. */
  readonly added: readonly number[];
}

const isPlain = (spec: unknown): spec is PlainSpec =>
  typeof spec === 'number' || typeof spec === 'string' || Array.isArray(spec);

/** Reads the arguments of `slice` for a tensor. */
export function parsedSpec(x: Written, specs: readonly unknown[]): ParsedSpec {
  const given = specs.filter((spec) => spec !== null && spec !== ELLIPSIS).length;
  const open = new Array<string>(Math.max(0, x.rank - given)).fill(':');
  const at = specs.indexOf(ELLIPSIS);
  const all = at < 0 ? [...specs, ...open] : specs.toSpliced(at, 1, ...open);
  const [parts, dropped, added]: [Part[], number[], number[]] = [[], [], []];
  let axis = 0;
  let place = 0;
  for (const spec of all) {
    if (spec === null) {
      added.push(place++);
      continue;
    }
    if (!isPlain(spec)) return refuse('it is told positions by a tensor');
    const wanted = readSpec(spec, axis);
    if (typeof wanted === 'number') {
      parts.push(wanted === -1 ? { axis, start: -1 } : { axis, start: wanted, end: wanted + 1 });
      dropped.push(axis);
    } else {
      const { start, stop, step = 1 } = wanted;
      const isWhole = start === undefined && stop === undefined && step === 1;
      const first = start ?? (step < 0 ? -1 : 0);
      if (!isWhole)
        parts.push({ axis, start: first, step, ...(stop === undefined ? {} : { end: stop }) });
      place++;
    }
    axis++;
  }
  return { parts, dropped, added };
}
