// Functional models against Keras: configs both ways, weights and outputs.
import { describe, expect, it } from 'vitest';
import '../../src/known.js';
import type { Config } from '../../src/config/index.js';
import { isOperationModule } from '../../src/nn/models/graph-registry.js';
import { cloneModel, Model, modelFromJSON } from '../../src/models.js';
import { layerRegistry } from '../../src/nn/layers/registry.js';
import {
  expectPending,
  expectStructure,
  readGolden,
  splitCases,
  toTensor,
  toTensors,
} from './cases.js';
import type { GoldenArray } from './cases.js';

interface GraphCase {
  readonly name: string;
  readonly config: Config;
  readonly weights: readonly GoldenArray[];
  readonly weight_paths: readonly string[];
  readonly input_names: readonly string[];
  readonly output_names: readonly string[];
  readonly inputs: unknown;
  readonly outputs: unknown;
}

interface LayerConfig {
  readonly module?: string;
  readonly class_name: string;
  readonly config: Config;
}

const { source, cases } = readGolden<GraphCase>('graphs');

/** Classes of layers in a config that are not there yet. */
function missing(config: Config): string[] {
  return (config['layers'] as readonly LayerConfig[]).flatMap((layer) => {
    if (Array.isArray(layer.config['layers'])) return missing(layer.config);
    const isThere = isOperationModule(layer.module) || layerRegistry.has(layer.class_name);
    return isThere ? [] : [layer.class_name];
  });
}

const { running, pending } = splitCases(
  cases,
  ({ name }) => name,
  ({ config }) => missing(config).length === 0,
);

/**
 * A config without what says nothing: Keras writes how a layer was built for some layers without weights and not for
 * others, and an argument that was left out as null for some layers.
 */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Config).filter(([key]) => key !== 'build_config');
  return Object.fromEntries(
    entries.map(([key, item]) => {
      if (key !== 'kwargs') return [key, comparable(item)];
      const given = Object.entries(item as Config).filter(([, argument]) => argument !== null);
      return [key, comparable(Object.fromEntries(given))];
    }),
  );
}

const modelOf = ({ config }: GraphCase): Model =>
  modelFromJSON({ class_name: 'Functional', config });

describe(`graphs agree with ${source}`, () => {
  it('has the layers of every graph but those listed', () => {
    expectPending(pending, []);
  });

  it.each(running)('$name: the config is the same again', (golden) => {
    const model = modelOf(golden);
    expect(comparable(JSON.parse(JSON.stringify(model.getConfig())))).toEqual(
      comparable(golden.config),
    );
    const again = cloneModel(model);
    expect(again.getConfig()).toEqual(model.getConfig());
    expect(Model.fromConfig(model.getConfig()).getConfig()).toEqual(model.getConfig());
    model.dispose();
    again.dispose();
  });

  it.each(running)('$name: names, weights and outputs', (golden) => {
    const model = modelOf(golden);
    expect(model.inputNames).toEqual(golden.input_names);
    expect(model.outputNames).toEqual(golden.output_names);
    expect(model.weights.map(({ shape }) => shape)).toEqual(
      golden.weights.map(({ shape }) => shape),
    );
    model.setWeights(golden.weights.map(toTensor));
    expectStructure(model.apply(toTensors(golden.inputs)), golden.outputs, 'output');
    model.dispose();
  });
});
