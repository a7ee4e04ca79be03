// Everything that a program can name has a row, and each row is of something that is there.
import { expect, it } from 'vitest';
import { activations, callbacks, datasets, ops } from '../../src/index.js';
import { WEIGHTS_FORMATS } from '../../src/files/formats/names.js';
import { callbackSpecs } from './callbacks.js';
import { datasetSpecs } from './datasets.js';
import { families } from './families.js';
import { calledOperations, kerasOperations } from './operation-spec.js';
import { NO_OPERATIONS } from './no-operations.js';
import { operationSpecs } from './operations.js';
import { weightsFormatSpecs } from './weights-formats.js';

const namesOf = (specs: object): string[] => Object.keys(specs);

/** What there is of each kind, its rows, and where these are. */
const kinds: [kind: string, names: readonly string[], specs: object, file: string][] = [
  ...Object.entries(families).map(([kind, { classes, specs, file }]): (typeof kinds)[number] => [
    kind,
    classes.map(({ className }) => className),
    specs,
    file,
  ]),
  [
    'operations',
    namesOf(calledOperations).filter((name) => !NO_OPERATIONS.includes(name)),
    operationSpecs,
    'test/specs/operations.ts, elementwise.ts if it is a function of one number with a kernel, image-operations.ts if it is of images',
  ],
  [
    'callbacks',
    namesOf(callbacks).filter((name) => name !== 'Callback'),
    callbackSpecs,
    'test/specs/callbacks.ts',
  ],
  ['datasets', namesOf(datasets), datasetSpecs, 'test/specs/datasets.ts'],
  [
    'formats of weights',
    // Keras's own, whose weights belong to layers, has files of Keras for its tests.
    Object.entries(WEIGHTS_FORMATS).flatMap(([name, { load }]) => (load ? [name] : [])),
    weightsFormatSpecs,
    'test/specs/weights-formats.ts',
  ],
];

it.each(kinds)('each of the %s has a row, and nothing else has one', (kind, names, specs, file) => {
  const missing = names.filter((name) => !Object.hasOwn(specs, name));
  const surplus = namesOf(specs).filter((name) => !names.includes(name));
  expect(missing, `${kind} without a row: write one in ${file}`).toEqual([]);
  expect(surplus, `rows of ${kind} that are not there, in ${file}`).toEqual([]);
});

it('each activation is an operation with a row, or made of some', () => {
  const rows = new Set(namesOf(operationSpecs).map((name) => ops[name as 'relu'] as unknown));
  const made = ['linear', 'hardSigmoidKeras2', 'get', 'serialize', 'deserialize'];
  const missing = Object.entries(activations).filter(([name, f]) => !rows.has(f) && !made.includes(name)); // prettier-ignore
  expect(
    missing.map(([name]) => name),
    'activations without a row in test/specs',
  ).toEqual([]);
});

it.each(Object.entries(operationSpecs))(
  'the row of %s says whether Keras has a class for it',
  (name, spec) => {
    // prettier-ignore
    const isOfKeras = kerasOperations[name as keyof typeof kerasOperations].length > 0;
    const advice = isOfKeras
      ? 'Keras has a class for it: take `extension: true` out of its row'
      : 'Keras has no class for it (@keras none): write `extension: true` into its row';
    expect(spec.extension === true, `${name}: ${advice} in test/specs`).toBe(!isOfKeras);
  },
);
