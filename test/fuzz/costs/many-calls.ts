// Models with many parts.
import {
  called,
  at,
  CALLS,
  chain,
  first,
  functional,
  input,
  layer,
  operation,
  plain,
  sequential,
  times,
  scaled,
} from './builders.js';
import type { Json } from './builders.js';

export const manyCalls: Record<string, () => Json> = {
  'operands of an einsum': () =>
    functional([
      input('x'),
      {
        ...operation('numpy.Einsum', 'y', { subscripts: `${'ab,'.repeat(CALLS - 1)}ab->ab` }),
        ...called(
          'y',
          times(CALLS, () => at('x')),
        ),
      },
    ]),
  'inputs of a multiplication': () =>
    functional([
      input('x'),
      layer(
        'Multiply',
        'y',
        {},
        times(CALLS, () => at('x')),
      ),
    ]),
  'models of splits that are called again and again': () => {
    const inside = functional(
      [
        input('x', [null, 60_000]),
        operation('numpy.Split', 's', { indices_or_sections: 60_000, axis: 1 }, at('x')),
        operation('numpy.Exp', 'y', {}, at('s')),
      ],
      'y',
      'm',
    );
    const nodes = times(scaled(30_000), () => ({ args: [at('x')], kwargs: {} }));
    return functional([
      input('x', [null, 60_000]),
      { ...inside, name: 'm', inbound_nodes: nodes },
      layer('ReLU', 'y', {}, at('m', 1)),
    ]);
  },
  adds: () =>
    chain(CALLS, (name, x) => operation('numpy.Add', name, {}, x, at('x')), [null, 1000, 1000]),
  relus: () => chain(CALLS, (name, x) => layer('ReLU', name, {}, x)),
  'relus, last first': () => {
    const model = chain(CALLS, (name, x) => layer('ReLU', name, {}, x));
    (model['config'] as { layers: unknown[] }).layers.reverse();
    return model;
  },
  sequential: () => sequential([first(), ...times(CALLS, () => plain('ReLU', {}))]),
  'sequential of dropouts': () =>
    sequential([first(), ...times(CALLS, () => plain('Dropout', { rate: 0.5 }))]),
  'sequential of denses without numbers': () =>
    sequential([
      first([null, 0]),
      ...times(CALLS, () => plain('Dense', { units: 1, use_bias: false })),
    ]),
  denses: () =>
    sequential([
      first([null, 1]),
      ...times(CALLS, () => plain('Dense', { units: 1, use_bias: false })),
    ]),
  'sequentials in a sequential': () =>
    sequential([
      first(),
      ...times(scaled(20_000), (i) => sequential([plain('ReLU', {})], `s${i}`)),
    ]),
  'sequentials in sequentials': () => {
    let inner = sequential(
      times(scaled(4000), () => plain('ReLU', {})),
      'n',
    );
    for (let i = 0; i < 14; i++)
      inner = sequential([inner, ...times(scaled(3000), () => plain('ReLU', {}))], `n${i}`);
    return sequential([first(), inner]);
  },
  'empty sequentials': () =>
    sequential([first(), ...times(scaled(200_000), (i) => sequential([], `s${i}`))]),
  inputs: () => ({
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: [
        ...times(CALLS, (i) => input(`i${i}`)),
        layer(
          'Concatenate',
          'y',
          {},
          times(CALLS, (i) => at(`i${i}`)),
        ),
      ],
      input_layers: times(CALLS, (i) => [`i${i}`, 0, 0]),
      output_layers: ['y', 0, 0],
    },
  }),
  'inputs of a model inside': () => {
    const inner = {
      class_name: 'Functional',
      config: {
        name: 'in',
        layers: [
          ...times(scaled(20_000), (i) => input(`i${i}`)),
          layer(
            'Add',
            'y',
            {},
            times(scaled(20_000), (i) => at(`i${i}`)),
          ),
        ],
        input_layers: times(scaled(20_000), (i) => [`i${i}`, 0, 0]),
        output_layers: ['y', 0, 0],
      },
    };
    const calls = times(3, () => ({ args: [times(scaled(20_000), () => at('x'))], kwargs: {} }));
    return functional([input('x'), { ...inner, name: 'in', inbound_nodes: calls }], 'in');
  },
  outputs: () => ({
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: [input('x'), layer('ReLU', 'y', {}, at('x'))],
      input_layers: ['x', 0, 0],
      output_layers: times(scaled(500_000), () => ['y', 0, 0]),
    },
  }),
  'calls of one layer': () =>
    functional([
      input('x'),
      {
        ...layer('ReLU', 'y', {}),
        inbound_nodes: times(CALLS, (i) => ({
          args: [i === 0 ? at('x') : at('y', i - 1)],
          kwargs: {},
        })),
      },
    ]),
  'calls of one dense': () =>
    functional([
      input('x', [null, 1]),
      {
        ...layer('Dense', 'y', { units: 1 }),
        inbound_nodes: times(CALLS, (i) => ({
          args: [i === 0 ? at('x') : at('y', i - 1)],
          kwargs: {},
        })),
      },
    ]),
  'calls of one operation': () =>
    functional([
      input('x'),
      {
        ...operation('numpy.Exp', 'y', {}),
        inbound_nodes: times(CALLS, () => ({ args: [at('x')], kwargs: {} })),
      },
    ]),
  'adds of many': () =>
    functional([
      input('x'),
      ...times(300, (i) =>
        layer(
          'Add',
          i === 0 ? 'y' : `a${i}`,
          {},
          times(scaled(1000), () => at('x')),
        ),
      ),
    ]),
  'adds of different ones': () =>
    functional([
      ...times(scaled(3000), (i) => input(i === 0 ? 'x' : `x${i}`, [null, ...times(20, () => 1)])),
      layer(
        'Add',
        'y',
        {},
        times(scaled(3000), () => at('x')),
      ),
    ]),
  'concatenates that do not fit': () =>
    functional([
      input('x'),
      ...times(scaled(40_000), (i) => input(`i${i}`, [null, i + 1])),
      operation('numpy.Stack', 'y', { axis: 1 }, [
        at('x'),
        ...times(scaled(40_000), (i) => at(`i${i}`)),
      ]),
    ]),
  'models in models': () => {
    let inner = functional(
      [input('x'), layer('ReLU', 'y', {}, at('x')), layer('ReLU', 'z', {}, at('y'))],
      'z',
      'm',
    );
    for (let i = 0; i < 14; i++) {
      const nodes = [
        { args: [at('x')], kwargs: {} },
        { args: [at('m', 0)], kwargs: {} },
      ];
      inner = {
        ...functional([input('x'), { ...inner, name: 'm', inbound_nodes: nodes }], 'm', 'm'),
        name: 'm',
      };
      (inner['config'] as Json)['output_layers'] = ['m', 2, 0];
    }
    return inner;
  },
};
