// The smallest program that still fails: parts are left out as long as the program fails.
import type { Action, LayerPlan, Program } from './program.js';
import { differenceOf } from './compare-runs.js';
import type { Difference } from './compare-runs.js';

/** Attempts before the program counts as small enough. */
const TRIES = 150;

const without = <T>(list: readonly T[], i: number, count = 1): T[] => list.toSpliced(i, count);

/** Without the layer at `i`: its input goes on in its place. */
function withoutLayer(layers: readonly LayerPlan[], i: number): LayerPlan[] {
  const [{ id, from } = { id: '', from: [] }] = layers.slice(i, i + 1);
  const instead = from[0] ?? 'x';
  return without(layers, i).map((layer) => ({
    ...layer,
    from: layer.from.map((each) => (each === id ? instead : each)),
  }));
}

/** Simpler layers in place of one: with fewer options, or a shorter list of statements. */
function simplerLayers(layer: LayerPlan): LayerPlan[] {
  const { options } = layer;
  const fewer = Object.keys(options).map((key) => {
    const { [key]: value, ...rest } = options;
    if (key !== 'body' || !Array.isArray(value)) return [rest];
    return value.map((_, i) => ({ ...options, body: without(value as readonly unknown[], i) }));
  });
  const inside = layer.inside ?? [];
  return [
    ...fewer.flat().map((each) => ({ ...layer, options: each })),
    ...inside.map((each) => ({ ...each, id: layer.id, from: layer.from })),
  ];
}

/** Fewer steps, a simpler batch, or what happens inside of another action alone. */
function simplerActions(action: Action): Action[] {
  if ('action' in action) {
    const inner = simplerActions(action.action).map((each) => ({ ...action, action: each }));
    return [action.action, ...inner];
  }
  if (action.do === 'steps') {
    const { batch, times } = action;
    const usual = { form: 'tensor', numbers: 0, weights: 'none', isNewEachTime: false } as const;
    return [
      ...[1, 6, 7, Math.ceil(times / 2), times - 1]
        .filter((count) => count > 0 && count < times)
        .map((count) => ({ ...action, times: count })),
      ...Object.entries(usual)
        .filter(([key, value]) => batch[key as keyof typeof batch] !== value)
        .map(([key, value]) => ({ ...action, batch: { ...batch, [key]: value } })),
    ];
  }
  if ('hasView' in action && action.hasView) return [{ ...action, hasView: false }];
  return [];
}

/** Programs that have a little less, those with much less first. */
function* smaller(program: Program): Generator<Program> {
  const { actions, model, compile } = program;
  for (const count of [4, 2, 1])
    for (let i = actions.length - count; i >= 0; i--)
      yield { ...program, actions: without(actions, i, count) };
  for (let i = model.layers.length - 1; i >= 0; i--)
    yield { ...program, model: { ...model, layers: withoutLayer(model.layers, i) } };
  const { secondOutput, ...single } = model;
  if (secondOutput !== undefined) yield { ...program, model: single };
  const simple = { kind: 'SGD', options: {} };
  const parts = {
    optimizer: simple,
    loss: { kind: 'MeanSquaredError', options: {} },
    metrics: [],
    weightedMetrics: [],
  };
  for (const [name, part] of Object.entries(parts))
    if (JSON.stringify(compile[name as keyof typeof parts]) !== JSON.stringify(part))
      yield { ...program, compile: { ...compile, [name]: part } };
  for (const [i, layer] of model.layers.entries())
    for (const each of simplerLayers(layer))
      yield { ...program, model: { ...model, layers: model.layers.with(i, each) } };
  for (const [i, action] of actions.entries())
    for (const each of simplerActions(action)) yield { ...program, actions: actions.with(i, each) };
}

/** A program that fails like this one, from which nothing more can be left out. */
export async function shrink(found: Difference): Promise<Difference> {
  let best = found;
  let tries = 0;
  let isSmaller = true;
  while (isSmaller && tries < TRIES) {
    isSmaller = false;
    for (const program of smaller(best.program)) {
      if (tries++ >= TRIES) break;
      const difference = await differenceOf(program);
      if (difference === undefined) continue;
      best = difference;
      isSmaller = true;
      break;
    }
  }
  return best;
}
