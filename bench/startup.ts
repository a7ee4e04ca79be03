// Import → first trained step of the seed network, each time in a fresh process.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatMs } from './format.js';
import { printHeading, printTable } from './report.js';
import { targetHeader, valueRow } from './targets.js';
import { summarize } from './timing.js';
import type { Timing } from './timing.js';

const program = fileURLToPath(new URL('runner/startup.js', import.meta.url));

export function benchStartup(rounds: number): void {
  printHeading('start-up in a fresh process');
  const imports: number[] = [];
  const firsts: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const text = execFileSync(process.execPath, [program], { encoding: 'utf8' });
    const times = JSON.parse(text) as { readonly import: number; readonly first: number };
    imports.push(times.import);
    firsts.push(times.first);
  }
  const first = summarize(firsts);
  const row = (name: string, { min, median }: Timing): string[] => [
    name,
    formatMs(min),
    formatMs(median),
  ];
  printTable(
    ['', 'min', 'median'],
    [row('import', summarize(imports)), row('import → first trained step', first)],
  );
  printHeading('target of start-up');
  printTable(targetHeader, [
    valueRow('import → first trained step, median', first.median, { atMost: 100 }, ' ms'),
  ]);
}
