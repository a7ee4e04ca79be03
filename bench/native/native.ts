// Builds and runs limit.c if there is a C compiler.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineProcess } from '../runner/line-process.js';

const source = fileURLToPath(new URL('limit.c', import.meta.url));

interface Encoding {
  readonly name: string;
  readonly flags: readonly string[];
}

const width = '-mprefer-vector-width=128';

/** 128-bit vectors in all of them. What a processor cannot compile or run is left out. */
const strict: readonly Encoding[] =
  process.arch === 'x64'
    ? [
        // Two operands an instruction, so that sums and products cost moves: what every x86-64 has.
        { name: 'native, SSE', flags: ['-msse2', '-mno-avx'] },
        // The same vectors with three operands, as V8 encodes them where the processor can.
        { name: 'native, 128-bit AVX', flags: ['-mavx', '-mno-avx2', '-mno-fma', width] },
      ]
    : [{ name: 'native, 128-bit', flags: [] }];

/** The same with fused multiply-add. */
const fused: readonly Encoding[] = [
  { name: 'native, 128-bit FMA', flags: process.arch === 'x64' ? ['-mavx', '-mfma', width] : [] },
];

export interface Native {
  readonly name: string;
  readonly flags: string;
  /** GFLOP/s of the register tile alone. */
  readonly limit: () => Promise<number>;
  /** Milliseconds of an n × n × n product. */
  readonly product: (n: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** The C compiler's first line about itself; undefined if there is none. */
export function describeCompiler(): string | undefined {
  const { status, stdout } = spawnSync(compiler(), ['--version']);
  return status === 0 ? stdout.toString().split('\n')[0] : undefined;
}

/** One program for each encoding that works here, of those with or without fused multiply-add; none without a compiler. */
export async function startNatives(isFused = false): Promise<readonly Native[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-native-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const natives: Native[] = [];
  for (const [index, { name, flags }] of (isFused ? fused : strict).entries()) {
    const file = path.join(folder, `limit-${index}`);
    const contract = `-ffp-contract=${isFused ? 'fast' : 'off'}`;
    const args = ['-O3', contract, ...flags, source, '-o', file];
    if (spawnSync(compiler(), args).status !== 0) continue;
    const program = new LineProcess({ file, args: [] });
    const limit = async (): Promise<number> => Number(await program.ask('limit'));
    // It may have been compiled for instructions that this processor lacks.
    if (!((await limit().catch(() => 0)) > 0)) continue;
    natives.push({
      name,
      flags: args.slice(0, -3).join(' '),
      limit,
      product: async (n) => Number(await program.ask(String(n))),
      close: () => program.close(),
    });
  }
  return natives;
}

function compiler(): string {
  return process.env['CC'] ?? 'cc';
}
