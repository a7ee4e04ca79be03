// Two copies of the library in one program, as a bundler or two versions in node_modules make them.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as lanegrad from '../../../src/index.js';
import { VERSION } from '../../../src/config/copy.js';

type Lanegrad = typeof lanegrad;

const MARK = Symbol.for('lanegrad');
const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
const marks = globalThis as { [MARK]?: { hasWarned: boolean } };

/** Loads all modules again. */
async function anotherCopy(): Promise<Lanegrad> {
  vi.resetModules();
  return import('../../../src/index.js');
}

beforeEach(() => {
  warn.mockClear();
  const mark = marks[MARK];
  if (mark !== undefined) mark.hasWarned = false;
});

afterEach(() => {
  vi.resetModules();
});

describe('a second copy of the library', () => {
  it('says so once when it is loaded', async () => {
    await anotherCopy();
    await anotherCopy();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^lanegrad .* is loaded beside another copy.*npm dedupe/,
    );
  });

  it('is what the message about its objects names', async () => {
    const other = await anotherCopy();
    const x = other.tensor([1, 2]);
    const dense = new lanegrad.layers.Dense(1);
    const message = new RegExp(
      `, made by another copy of lanegrad \\(${VERSION}, this is ${VERSION}; have one: .*npm dedupe`,
    );
    const calls: (() => unknown)[] = [
      () => lanegrad.tensor(x),
      () => lanegrad.ops.add(x, 1),
      () => dense.apply(x),
      () => dense.call(x),
      () => lanegrad.keep(x as never),
      () => new lanegrad.Sequential([new other.layers.Dense(2)]),
      () => {
        new lanegrad.optimizers.SGD().build([new other.Variable([1])]);
      },
      () => {
        new lanegrad.Sequential().compile({ optimizer: new other.optimizers.SGD() as never });
      },
      () => {
        new lanegrad.Sequential().compile({ loss: new other.losses.Hinge() as never });
      },
      () => {
        new lanegrad.Sequential().compile({ metrics: [new other.metrics.Hinge()] });
      },
      () => new lanegrad.callbacks.CallbackList([new other.callbacks.TerminateOnNaN()]),
    ];
    for (const call of calls) expect(call, call.toString()).toThrow(message);
    x.dispose();
  });
});

describe('one copy', () => {
  it('does not speak of another', () => {
    const x = lanegrad.tensor([1]);
    expect(() => new lanegrad.Sequential([x as never])).toThrow(/got a tensor of shape \[1\]/);
    expect(() => new lanegrad.Sequential([x as never])).not.toThrow(/another copy/);
    x.dispose();
    expect(warn).not.toHaveBeenCalled();
  });

  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});
