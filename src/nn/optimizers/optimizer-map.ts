import { describeValue, printable } from '../../config/describe-value.js';
import {
  checkText,
  configurable,
  configure,
  isPlainObject,
  isSerializedObject,
  KerasObject,
} from '../../config/index.js';
import type { Config, Option, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { requireVariables } from '../../engine/tensor/index.js';
import type { Variable } from '../../engine/tensor/index.js';
import type { Optimizer } from './optimizer.js';
import { checkSimpleOptimizer } from './optimizer-option.js';
import { pathPattern } from './patterns.js';
import { serializeOptimizer } from './registry.js';

/** Optimizers by patterns of paths. */
export type OptimizersByPath = Readonly<Record<string, Optimizer | SerializedObject>>;

const simpleOptimizer: Option<Optimizer | SerializedObject, Optimizer> = {
  check: (given, { owner, name }) => checkSimpleOptimizer(owner, name, given),
};

const optimizersByPath: Option<OptimizersByPath, ReadonlyMap<string, Optimizer>> = {
  default: {},
  check: (given, { owner, name }) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new ValueError(
        `${owner}: ${name} must be an object of optimizers by patterns, such as ` +
          `{ 'encoder/.*': new optimizers.Adam() }, got ${describeValue(given)}.`,
      );
    }
    const pairs = Object.entries(given).map(([pattern, value]) => {
      pathPattern(owner, name, pattern, 'path');
      return [pattern, checkSimpleOptimizer(owner, `${name} '${pattern}'`, value)] as const;
    });
    return new Map(pairs);
  },
};

/** Keras's mark of configs that are all of the same object. */
interface Shared {
  readonly shared_object_id?: unknown;
}

/** What makes optimizers of configs that are marked as shared: of equal marks the same one. All else stays what it is. */
function sharing(): (given: unknown) => unknown {
  const made = new Map<unknown, Optimizer>();
  return (given) => {
    const id = isSerializedObject(given) ? (given as Shared).shared_object_id : undefined;
    if (id === undefined) return given;
    const optimizer = made.get(id) ?? checkSimpleOptimizer('OptimizerMap', 'optimizerMap', given);
    made.set(id, optimizer);
    return optimizer;
  };
}

/**
 * Which optimizer trains which variable, for `MultiOptimizer`. The patterns are paths of variables
 * (`'sequential/dense/kernel'`) or regular expressions that match whole paths (`'.*\/bias'`). The default optimizer trains
 * all other variables. Keras: `OptimizerMap`.
 *
 * @example
 * new optimizers.OptimizerMap(new optimizers.SGD({ learningRate: 0.01 }), {
 *   '.*\/head/.*': new optimizers.Adam(),
 * })
 */
export class OptimizerMap extends configurable(
  KerasObject,
  'OptimizerMap',
  {
    /** The optimizer of variables that no pattern matches. */
    defaultOptimizer: simpleOptimizer,
    /** The optimizers of other variables, by patterns of paths. Default {}: none. */
    optimizerMap: optimizersByPath,
  },
  { positional: ['defaultOptimizer', 'optimizerMap'] },
) {
  /**
   * @param defaultOptimizer the optimizer of variables that no pattern matches
   * @param optimizerMap the optimizers of other variables, by patterns of paths
   * @throws ValueError for anything that is not an optimizer, for an optimizer with inner ones, and for a pattern that
   * could take forever to match.
   */
  constructor(defaultOptimizer: Optimizer | SerializedObject, optimizerMap: OptimizersByPath = {}) {
    super({}, [defaultOptimizer, optimizerMap]);
    const shared = sharing();
    configure(this, {
      defaultOptimizer: shared(defaultOptimizer),
      optimizerMap: isPlainObject(optimizerMap)
        ? Object.fromEntries(Object.entries(optimizerMap).map(([key, each]) => [key, shared(each)]))
        : optimizerMap,
    });
  }

  /** Keras's config. An optimizer that occurs several times is marked, so that loading restores a single one. */
  override getConfig(): Config {
    const { defaultOptimizer, optimizerMap, optimizers } = this;
    const uses = [...optimizerMap.values(), defaultOptimizer];
    const described = (optimizer: Optimizer): SerializedObject & Shared => {
      const isShared = uses.filter((each) => each === optimizer).length > 1;
      const mark = isShared ? { shared_object_id: optimizers.indexOf(optimizer) } : {};
      return { ...serializeOptimizer(optimizer), ...mark };
    };
    return {
      default_optimizer: described(defaultOptimizer),
      optimizer_map: Object.fromEntries(
        [...optimizerMap].map(([pattern, each]) => [pattern, described(each)]),
      ),
    };
  }

  /**
   * Adds a pattern and its optimizer.
   *
   * @param pattern the path of a variable, or a regular expression that matches whole paths
   * @throws ValueError for a pattern that exists already, and for what the constructor refuses.
   */
  set(pattern: string, optimizer: Optimizer): this {
    checkText('OptimizerMap: set', 'pattern', pattern);
    if (this.optimizerMap.has(pattern)) {
      throw new ValueError(
        `OptimizerMap: pattern ${describeValue(pattern)} has an optimizer already. Give each pattern once.`,
      );
    }
    const added = optimizersByPath.check(
      { [pattern]: optimizer },
      { owner: 'OptimizerMap', label: 'OptimizerMap', name: 'optimizerMap', object: this },
    );
    Object.assign(this, { optimizerMap: new Map([...this.optimizerMap, ...added]) });
    return this;
  }

  /** A one-line description of the patterns and their optimizers. */
  override toString(): string {
    const pairs = [...this.optimizerMap].map(
      ([pattern, each]) => `${printable(pattern)}: ${String(each)}`,
    );
    return `{${[...pairs, `otherwise: ${String(this.defaultOptimizer)}`].join(', ')}}`;
  }

  /** The optimizers, each once: those of the patterns in order, then the default one. */
  get optimizers(): readonly Optimizer[] {
    return [...new Set([...this.optimizerMap.values(), this.defaultOptimizer])];
  }

  /**
   * The optimizer of the variable at a path: the one whose pattern equals the path, otherwise the one whose pattern
   * matches it.
   *
   * @param path the path of a variable: `'sequential/dense/kernel'`
   * @throws ValueError if several patterns match the path.
   */
  get(path: string): Optimizer {
    checkText('OptimizerMap: get', 'path', path);
    const { optimizerMap, defaultOptimizer } = this;
    const same = optimizerMap.get(path);
    if (same !== undefined) return same;
    const found = [...optimizerMap].filter(([pattern]) =>
      pathPattern('OptimizerMap', 'optimizerMap', pattern, 'path')(path),
    );
    if (found.length > 1) {
      const names = found.map(([pattern]) => `'${pattern}'`).join(', ');
      throw new ValueError(
        `OptimizerMap: variable '${path}' matches several patterns: ${names}. Change them so that one is left.`,
      );
    }
    return found[0]?.[1] ?? defaultOptimizer;
  }

  /** The optimizer of a variable, by its path. */
  of(variable: Variable): Optimizer {
    requireVariables('OptimizerMap: of', [variable]);
    return this.get(variable.path);
  }
}
