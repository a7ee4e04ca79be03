// Every public function, class and method, called with what it does not take: each refuses it with an error of the
// library, or does something sensible; none fails inside.
import { describe, expect, it, vi } from 'vitest';
import { faultOf, faultsOf, hasGaps, isObject } from './attempt.js';
import {
  classes,
  concreteClasses,
  construct,
  functions,
  instanceOf,
  methodsOf,
} from './public-api.js';
import type { Callable } from './public-api.js';
import { functionArguments, methodArguments } from './valid-calls.js';
import { constructorArguments } from './valid-constructors.js';
import { WRONG_VALUES } from './wrong-values.js';

// Some methods print.
vi.spyOn(console, 'log').mockImplementation(() => undefined);

/** Calls that still fail inside, and how. The list can only shrink. */
const KNOWN: readonly string[] = [];

function expectNone(faults: readonly (readonly [call: string, fault: string])[]): void {
  const unknown = faults.filter(([call]) => !KNOWN.includes(call));
  if (unknown.length > 0) expect.fail(unknown.map((fault) => fault.join(' ')).join('\n'));
}

describe('with a wrong argument, public functions do not fail inside:', () => {
  it.each(functions)('%s', async (path, f) => {
    expect(
      functionArguments(path, f),
      `say in test/specs what ${path} takes, or in valid-calls.ts`,
    ).toBeDefined();
    expectNone(await faultsOf(path, () => ({ call: f, args: functionArguments(path, f) ?? [] })));
  });
});

describe('with a wrong argument, constructors do not fail inside:', () => {
  it.each(concreteClasses)('%s', async (path, type) => {
    const make = (): { call: Callable; args: readonly unknown[] } => ({
      call: (...args) => construct(type, args),
      args: constructorArguments(path, type),
    });
    make().call(...make().args);
    expectNone(await faultsOf(`new ${path}`, make));
  });
});

/** Options of which a gap says that there is nothing, and those that nothing is asked of in these calls. */
const TAKES_GAPS = new Set(
  'classWeight dtypes metrics now raiseError seed verbose weightedMetrics writer'.split(' '),
);

/** Names of the options that a function knows: it says so when it is given another. */
async function optionNames(call: () => unknown): Promise<readonly string[]> {
  try {
    await call();
  } catch (error) {
    return /Known options: (.*)\.$/.exec((error as Error).message)?.[1]?.split(', ') ?? [];
  }
  return [];
}

/** Faults of calls with one option of a wrong value each. */
async function faultsOfOptions(
  path: string,
  call: Callable,
  args: () => readonly unknown[],
): Promise<[string, string][]> {
  const given = (options: object): unknown[] => [
    ...args().slice(0, -1),
    { ...(args().at(-1) as object), ...options },
  ];
  const faults: [string, string][] = [];
  for (const option of await optionNames(() => call(...given({ noSuchOption: 1 })))) {
    for (const [label, value] of Object.entries(WRONG_VALUES)) {
      const mustThrow = !TAKES_GAPS.has(option) && hasGaps(value());
      const fault = await faultOf(() => call(...given({ [option]: value() })), mustThrow);
      if (fault !== undefined) faults.push([`${path}({ ${option}: ${label} })`, fault]);
    }
  }
  return faults;
}

describe('with a wrong option, nothing fails inside:', () => {
  it.each(
    concreteClasses.filter(([path, type]) => isObject(constructorArguments(path, type).at(-1))),
  )('new %s', async (path, type) => {
    const call = (...args: readonly unknown[]): object => construct(type, args);
    expectNone(await faultsOfOptions(`new ${path}`, call, () => constructorArguments(path, type)));
  });

  it.each(functions.filter(([path, f]) => isObject(functionArguments(path, f)?.at(-1))))(
    '%s',
    async (path, f) => {
      expectNone(await faultsOfOptions(path, f, () => functionArguments(path, f) ?? []));
    },
  );

  it.each(['fit', 'evaluate', 'predict', 'trainOnBatch', 'testOnBatch', 'compile', 'summary'])(
    'of a model: %s',
    async (name) => {
      const [, type] = classes.find(([path]) => path === 'Sequential') ?? [];
      if (type === undefined) throw new Error('there is no Sequential');
      const call = (...args: readonly unknown[]): unknown =>
        (instanceOf('Sequential', type) as Record<string, Callable>)[name]?.(...args);
      expectNone(await faultsOfOptions(name, call, () => methodArguments('Sequential', name)));
    },
  );
});

const seen = new Set<unknown>();

describe('with a wrong argument, methods do not fail inside:', () => {
  it.each(classes)('of %s', async (path, type) => {
    const instance = instanceOf(path, type);
    const faults: [string, string][] = [];
    for (const name of instance === undefined
      ? []
      : methodsOf(Object.getPrototypeOf(instance) as object, seen)) {
      const make = (): { call: Callable; args: readonly unknown[] } => {
        const object = instanceOf(path, type) as Record<string, Callable>;
        return { call: (...args) => object[name]?.(...args), args: methodArguments(path, name) };
      };
      faults.push(...(await faultsOf(`${path}#${name}`, make)));
    }
    expectNone(faults);
  });

  it.each(classes)('static ones of %s', async (path, type) => {
    const faults: [string, string][] = [];
    for (const name of methodsOf(type, seen)) {
      const make = (): { call: Callable; args: readonly unknown[] } => ({
        call: (...args) => (type as unknown as Record<string, Callable>)[name]?.(...args),
        args: methodArguments(path, name),
      });
      faults.push(...(await faultsOf(`${path}.${name}`, make)));
    }
    expectNone(faults);
  });
});
