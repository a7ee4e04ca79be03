// What the benchmarks print: where they ran, and tables.
import os from 'node:os';
import { backendInfo } from 'lanegrad';

/** Processor, engine and build: without them no number means anything. */
export function printMachine(): void {
  const processors = os.cpus();
  const { relaxedSimd, threads, reason } = backendInfo();
  console.log(`processor  ${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`);
  console.log(`engine     Node ${process.versions.node} (V8 ${process.versions.v8})`);
  console.log(
    `build      ${relaxedSimd ? 'relaxed' : 'strict'} SIMD, ` +
      `${threads === 1 ? '1 thread' : `${threads} threads`} (${reason})`,
  );
}

export function printHeading(text: string): void {
  console.log(`\n${text}`);
}

/** Columns as wide as their widest cell; all but the first are aligned to the right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  for (const line of lines) {
    const cells = widths.map((width, column) => {
      const cell = line[column] ?? '';
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(`  ${cells.join('  ')}`);
  }
}

export function formatMs(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 1 ? 4 : 2)} ms`;
}

export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(1)} ×`;
}

export function formatGflops(flops: number, milliseconds: number): string {
  return (flops / milliseconds / 1e6).toFixed(1);
}
