import { Contender } from './contender.js';
import type { ContenderSpec } from './contender.js';

export interface Skipped {
  readonly spec: ContenderSpec;
  readonly reason: string;
}

/**
 * Starts those of `specs` that are installed, or of them those whose ids are in `only`.
 *
 * @throws Error if `only` names one that does not exist
 */
export async function startContenders(
  specs: readonly ContenderSpec[],
  folder: string,
  only?: readonly string[],
): Promise<{ readonly contenders: Contender[]; readonly skipped: Skipped[] }> {
  const ids = specs.map(({ id }) => id);
  const unknown = only?.filter((id) => !ids.includes(id)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`--only: no contender ${unknown.join(', ')}; there are ${ids.join(', ')}`);
  }
  const contenders: Contender[] = [];
  const skipped: Skipped[] = [];
  for (const spec of specs) {
    if (only !== undefined && !only.includes(spec.id)) continue;
    const reason = spec.missing?.();
    if (reason !== undefined) {
      const remedy = spec.install === undefined ? '' : `; to install: ${spec.install}`;
      skipped.push({ spec, reason: `${reason}${remedy}` });
      continue;
    }
    try {
      contenders.push(await Contender.start(spec, folder));
    } catch (error) {
      skipped.push({ spec, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { contenders, skipped };
}
