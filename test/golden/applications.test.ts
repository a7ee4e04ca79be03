// Architectures against keras.applications (test/oracles/fixtures/keras-applications.py): layers, configs and weights, without weights in
// memory.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  applicationCases,
  ARCHITECTURES,
  makeApplication,
} from '../oracles/verify_with_keras/applications.js';
import type { ApplicationCase } from '../oracles/verify_with_keras/applications.js';
import type { Config } from '../../src/config/index.js';
import { LanegradError, memory } from '../../src/index.js';
import type { models } from '../../src/index.js';
import type { AnyLayer } from '../../src/layers.js';

/** A layer: name, scope of the weights, place in `settings`, calls. */
type Line = readonly [name: string, scope: string, setting: number, calls: unknown];

interface Golden extends ApplicationCase {
  readonly error?: true;
  readonly model: Config;
  readonly params: number;
  /** Positions in `lines`: runs of a first one and a count. */
  readonly layers: readonly (readonly [first: number, count: number])[];
}

const { source, cases, settings, lines } = JSON.parse(
  gunzipSync(
    readFileSync(new URL('../fixtures/keras-applications.json.gz', import.meta.url)),
  ).toString(),
) as {
  readonly source: string;
  readonly cases: readonly Golden[];
  readonly settings: readonly Config[];
  readonly lines: readonly Line[];
};

/** JSON without what says nothing: how layers were built, arguments that were left out. Tensors by layer, node and index. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Config;
  if (object['class_name'] === '__keras_tensor__') {
    const { keras_history: history } = object['config'] as { keras_history: unknown[] };
    return history.join('/');
  }
  const kept = Object.entries(object).filter(
    ([key, item]) => !/^(build|compile)_config$/.test(key) && !(key === 'mask' && item === null),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, plain(item)]));
}

const without = (object: Config, ...names: readonly string[]): Config =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !names.includes(key)));

/** The weights of a layer as they stand in a setting, and the scope before their paths. */
function weightsOf({ name, weights }: AnyLayer): readonly [scope: string, weights: unknown[]] {
  const scopes = new Set(weights.map(({ path }) => path.slice(0, path.indexOf(`${name}/`))));
  expect(scopes.size).toBeLessThan(2);
  const [scope = ''] = scopes;
  const prefix = scope + name + '/';
  return [scope, weights.map(({ path, shape }) => [path.slice(prefix.length), ...shape])];
}

function expectSame(model: models.Model, golden: Golden): void {
  const {
    config,
    keras_version: version,
    ...rest
  } = plain(JSON.parse(JSON.stringify(model))) as {
    readonly keras_version: string;
    readonly config: Config & { readonly layers: readonly Config[] };
  };
  expect(version).toBe('3.16.0');
  expect({ ...rest, config: without(config, 'layers') }).toEqual(golden.model);
  const wanted = golden.layers.flatMap(([first, count]) => lines.slice(first, first + count));
  expect(config.layers.map(({ name }) => name)).toEqual(wanted.map(([name]) => name));
  config.layers.forEach((layer, i) => {
    const [name, scope, setting, calls] = wanted[i] ?? [];
    const [ownScope, weights] = weightsOf(model.layers[i] as AnyLayer);
    expect([layer['name'], ownScope, layer['inbound_nodes']]).toEqual([name, scope, calls]);
    const own = without(layer, 'name', 'inbound_nodes');
    const ownConfig = without(layer['config'] as Config, 'name');
    expect({ ...own, config: ownConfig, weights }).toEqual(settings[setting ?? -1]);
  });
  // All in the order of the layers.
  expect(model.weights).toEqual(model.layers.flatMap((layer) => layer.weights));
  expect(model.countParams()).toBe(golden.params);
}

describe(`applications agree with ${source}`, () => {
  it('covers all cases, and all architectures', () => {
    expect(cases.map(({ name, options, input }) => [name, options, input])).toEqual(
      applicationCases().map(({ name, options, input }) => [name, options, input]),
    );
    expect(ARCHITECTURES).toHaveLength(40);
  });

  it.each(cases.map((golden) => [golden.name, JSON.stringify(golden.options), golden] as const))(
    '%s %s',
    (_name, _options, golden) => {
      const before = memory().bytes;
      if (golden.error) {
        expect(() => makeApplication(golden)).toThrow(LanegradError);
      } else {
        const model = makeApplication(golden);
        // Means of pixels, if anything.
        expect(memory().bytes - before).toBeLessThan(10_000);
        expectSame(model, golden);
        model.dispose();
      }
      expect(memory().bytes).toBe(before);
    },
  );
});
