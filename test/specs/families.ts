// The rows of all classes that configs name, by family, next to the library's classes.
import { constraintRegistry } from '../../src/nn/constraints/registry.js';
import type {
  Declaring,
  KerasClass,
  KerasObject,
  SerializedObject,
} from '../../src/config/index.js';
import '../../src/index.js';
import { initializerRegistry } from '../../src/nn/initializers/registry.js';
import { layerRegistry } from '../../src/nn/layers/registry.js';
import { lossRegistry } from '../../src/nn/losses/registry.js';
import { metricRegistry } from '../../src/nn/metrics/registry.js';
import { optimizerRegistry } from '../../src/nn/optimizers/registry.js';
import { scheduleRegistry } from '../../src/nn/optimizers/schedules/registry.js';
import { regularizerRegistry } from '../../src/nn/regularizers/registry.js';
import { layerSpecs } from './layers.js';
import { lossSpecs } from './losses.js';
import { metricSpecs } from './metrics.js';
import { optimizerSpecs } from './optimizers.js';
import { constraintSpecs, initializerSpecs, regularizerSpecs, scheduleSpecs } from './small-classes.js'; // prettier-ignore
import { made } from './spec.js';
import type { ClassSpec, ClassSpecs } from './spec.js';

/** A class that declares its options. */
export type DeclaredClass = Declaring &
  KerasClass<KerasObject> & { new (...args: readonly unknown[]): KerasObject; readonly prototype: object }; // prettier-ignore

/** A class of the library with its row. */
export interface DescribedClass {
  readonly family: string;
  readonly name: string;
  readonly type: DeclaredClass;
  readonly spec: ClassSpec;
}

interface Family {
  readonly registry: Known;
  readonly classes: readonly DeclaredClass[];
  readonly specs: ClassSpecs;
  /** Where the rows are. */
  readonly file: string;
}

/** What a registry of the library has for all families. */
interface Known {
  readonly of: { readonly base: abstract new (...args: never[]) => KerasObject };
  readonly classes: readonly KerasClass<KerasObject>[];
  create(object: SerializedObject): KerasObject;
  serialize(object: never): SerializedObject | null;
}

/**
 * What no walk makes: the function of a Lambda stands in no config, and models and a FeatureSpace, which takes columns, have tests of
 * their own; with it come the two layers inside that Keras does not export.
 */
const TESTED_ELSEWHERE: readonly string[] = [
  'Lambda',
  'FeatureSpace',
  'TFDConcat',
  'TFDIdentity',
  'Functional',
  'Sequential',
];

const family = (registry: Known, specs: ClassSpecs, file: string): Family => ({
  registry,
  classes: registry.classes.filter(
    ({ className }) => !TESTED_ELSEWHERE.includes(className),
  ) as DeclaredClass[],
  specs,
  file: `test/specs/${file}.ts`,
});

export const families: Readonly<Record<string, Family>> = {
  constraints: family(constraintRegistry, constraintSpecs, 'small-classes'),
  initializers: family(initializerRegistry, initializerSpecs, 'small-classes'),
  layers: family(layerRegistry, layerSpecs, 'layers'),
  losses: family(lossRegistry, lossSpecs, 'losses'),
  metrics: family(metricRegistry, metricSpecs, 'metrics'),
  optimizers: family(optimizerRegistry, optimizerSpecs, 'optimizers'),
  regularizers: family(regularizerRegistry, regularizerSpecs, 'small-classes'),
  schedules: family(scheduleRegistry, scheduleSpecs, 'small-classes'),
};

/** All classes that have a row. */
export const describedClasses: readonly DescribedClass[] = Object.entries(families).flatMap(
  ([name, { classes, specs }]) =>
    classes.flatMap((type) => {
      const spec = specs[type.className];
      return spec === undefined ? [] : [{ family: name, name: type.className, type, spec }];
    }),
);

/** The objects of the examples of a class, made again. */
export const makeExamples = <T = KerasObject>({ type, spec }: DescribedClass): T[] =>
  spec.examples.map((args) => new type(...made(args)) as T);

/** Arguments of the first example that stand before the options, `changed` by name in their positions, and options. */
export function argumentsWith(
  { type, spec }: DescribedClass,
  changed: Readonly<Record<string, unknown>> = {},
): readonly unknown[] {
  const { positional = [] } = type.facts;
  const first = made(spec.examples[0] ?? []);
  const before = positional.map((name, i) =>
    Object.hasOwn(changed, name) ? changed[name] : first[i],
  );
  const rest = Object.entries(changed).filter(([name]) => !positional.includes(name));
  return spec.takesNoOptions === true ? before : [...before, Object.fromEntries(rest)];
}
