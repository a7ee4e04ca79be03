// Two copies of the library in one program, as a bundler or two versions in node_modules make them.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as lanegrad from '../../../src/index.js';
import { VERSION } from '../../../src/config/describe-value.js';

type Lanegrad = typeof lanegrad;

/** Loads all modules again. */
async function anotherCopy(): Promise<Lanegrad> {
  vi.resetModules();
  return import('../../../src/index.js');
}

afterEach(() => {
  vi.resetModules();
});

describe('a second copy of the library', () => {
  it('works beside the first, and nothing is said of it, as where a framework has a copy for each side of a page', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const other = await anotherCopy();
    const sums = [lanegrad, other].map(({ tensor, tidy }) =>
      tidy(() => tensor([1, 2]).sum().item()),
    );
    expect(sums).toEqual([3, 3]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
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
      () => new lanegrad.layers.Dense(1).apply(other.Input([2]) as never),
      () => lanegrad.ops.relu(other.Input([2]) as never),
      () => new lanegrad.layers.Dense(1, { kernelInitializer: new other.initializers.Zeros() }),
      () => new lanegrad.layers.TimeDistributed(new other.layers.Dense(1) as never),
      () => lanegrad.random.normal([2], { seed: new other.random.SeedGenerator(1) as never }),
      () => {
        lanegrad.layers.register(other.layers.Dense as never);
      },
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
  });

  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});
