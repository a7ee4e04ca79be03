// What the page tells the command that opened it.
import type { Section } from '../report.js';

/** All that was measured on a page. */
export interface PageReport {
  /** Versions and settings. */
  readonly facts: readonly (readonly [what: string, value: string])[];
  readonly sections: readonly Section[];
}

export type PageMessage = { readonly report: PageReport } | { readonly error: string };

/** What the command tells the page, at /setting.json. */
export interface PageSetting {
  /** What the images are. */
  readonly source: string;
  readonly lanegrad: string;
  readonly rounds: number;
}
