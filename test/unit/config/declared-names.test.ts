import { describe, expect, expectTypeOf, it } from 'vitest';
import { snakeCase } from '../../../src/config/index.js';
import type { ClassNames, SnakeCase } from '../../../src/config/index.js';
import type * as initializers from '../../../src/nn/initializers/generated/classes.js';
import type { OptimizerName } from '../../../src/optimizers.js';

describe('names as types', () => {
  it('have the spelling that snakeCase gives', () => {
    const spelled = <N extends string>(name: N): SnakeCase<N> => snakeCase(name) as SnakeCase<N>;
    expectTypeOf(spelled('MeanSquaredError')).toEqualTypeOf<'mean_squared_error'>();
    expectTypeOf(spelled('KLDivergence')).toEqualTypeOf<'kl_divergence'>();
    expectTypeOf(spelled('TopKCategoricalAccuracy')).toEqualTypeOf<'top_k_categorical_accuracy'>();
    expectTypeOf(spelled('R2Score')).toEqualTypeOf<'r2_score'>();
    expectTypeOf(spelled('L1L2')).toEqualTypeOf<'l1l2'>();
    expectTypeOf(spelled('AUC')).toEqualTypeOf<'auc'>();
    expectTypeOf(spelled('Conv2D')).toEqualTypeOf<'conv2d'>();
    expect(spelled('TopKCategoricalAccuracy')).toBe('top_k_categorical_accuracy');
    // They are those of the classes and their aliases.
    type Names = SnakeCase<ClassNames<typeof initializers>>;
    expectTypeOf<'he_normal' | 'uniform' | 'zero' | 'orthogonal_initializer'>().toExtend<Names>();
    expectTypeOf<'he_normals'>().not.toExtend<Names>();
    expectTypeOf<'rmsprop' | 'adamw' | 'Adam'>().toExtend<OptimizerName>();
    expectTypeOf<'rmsprp'>().not.toExtend<OptimizerName>();
  });
});
