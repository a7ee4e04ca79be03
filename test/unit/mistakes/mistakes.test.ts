// The table of what beginners do wrong, and of what the message says: the remedy, and nothing that would spoil data.
import { expect, it } from 'vitest';
import { Editor } from '../editor/language-service.js';
import { expectText } from './mistake.js';
import { mistakesOfSavedLayers } from './saved-layers.js';
import { mistakesOfShapes } from './shapes.js';
import { mistakesOfTraining } from './training.js';
import { mistakesOfValues } from './values.js';

mistakesOfShapes();
mistakesOfValues();
mistakesOfTraining();
mistakesOfSavedLayers();

it('a number in place of options has a readable type in TypeScript', () => {
  const editor = new Editor(['new optimizers.Adam(0.01)', 'new layers.Dense(3, 4)']);
  const [adam = '', ...others] = editor.errors('new optimizers.Adam(0.01)');
  expect(others).toEqual([]);
  expectText(
    adam,
    [/no properties in common .*readonly learningRate: LearningRate; readonly beta1: number;/],
    ['Given<', 'Over<', 'Option<'],
  );
  expectText(
    editor.errors('new layers.Dense(3, 4)').join(),
    [/readonly activation: ActivationIdentifier/],
    ['Given<', 'Over<'],
  );
}, 120_000);
