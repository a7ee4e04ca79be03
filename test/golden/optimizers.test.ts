// Optimizers against Keras: several steps on two variables, the weights after each.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { deserialize } from '../../src/optimizers.js';
import { Variable } from '../../src/engine/tensor/index.js';
import { optimizerRegistry } from '../../src/nn/optimizers/registry.js';
import { expectClose, expectPending, readGolden, splitCases, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface OptimizerCase {
  readonly class_name: string;
  readonly config: Config;
  readonly variable_names?: readonly string[];
  readonly w0: readonly GoldenArray[];
  /** [step][variable] */
  readonly grads: readonly (readonly GoldenArray[])[];
  readonly w: readonly (readonly GoldenArray[])[];
}

const { cases, source } = readGolden<OptimizerCase>('optimizers', 'optimizers2');

const { running, pending } = splitCases(
  cases,
  (golden) => golden.class_name,
  (golden) => optimizerRegistry.has(golden.class_name),
);

/** A config in which objects inside do not say where their classes are: Keras on PyTorch writes modules of its own. */
const withoutModules = (config: Config): unknown =>
  JSON.parse(
    JSON.stringify(config, (key, value: unknown) =>
      key === 'module' || key === 'registered_name' ? undefined : value,
    ),
  );

describe(`optimizers, ${source}`, () => {
  it('has every optimizer of the files', () => {
    expectPending(pending, []);
  });

  it.each(running.map((golden) => [String(golden.config['name']), golden] as const))(
    '%s',
    (_, golden) => {
      const optimizer = deserialize({ class_name: golden.class_name, config: golden.config });
      const variables = golden.w0.map(
        (array, i) =>
          new Variable(toTensor(array), { name: golden.variable_names?.[i] ?? `w${i}` }),
      );
      golden.grads.forEach((arrays, step) => {
        optimizer.apply(arrays.map(toTensor), variables);
        golden.w[step]?.forEach((expected, i) => {
          const variable = variables[i];
          if (variable === undefined) throw new Error(`no variable ${i}`);
          expectClose(variable.value, expected, `variable ${i} after step ${step + 1}`);
        });
      });
      expect(withoutModules(optimizer.getConfig())).toEqual(withoutModules(golden.config));
    },
  );
});
