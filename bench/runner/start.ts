import { Contender } from './contender.js';
import type { ContenderSpec } from './contender.js';

export interface Skipped {
  readonly spec: ContenderSpec;
  readonly reason: string;
}

/** Starts those of `specs` that are installed. */
export async function startContenders(
  specs: readonly ContenderSpec[],
  folder: string,
): Promise<{ readonly contenders: Contender[]; readonly skipped: Skipped[] }> {
  const contenders: Contender[] = [];
  const skipped: Skipped[] = [];
  for (const spec of specs) {
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
