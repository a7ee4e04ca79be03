// Recurrent layers and wrappers.
import { layers } from '../../../src/index.js';
import { layerCase } from './case.js';
import type { Case } from './case.js';

const seed = 7;

/** A case for each recurrent layer. @param steps the shape of a sample */
export function recurrentCases(steps: readonly number[]): Case[] {
  const sequences = { returnSequences: true } as const;
  const regularized = { kernelRegularizer: 'l2', recurrentConstraint: 'max_norm' } as const;
  return [
    layerCase('SimpleRNN', steps, [new layers.SimpleRNN(3, { activation: 'relu' })]),
    layerCase('LSTM', steps, [new layers.LSTM(3, regularized)]),
    layerCase('LSTM over LSTM', steps, [new layers.LSTM(3, sequences), new layers.LSTM(2)]),
    layerCase('LSTM backwards', steps, [
      new layers.LSTM(3, { ...sequences, goBackwards: true, recurrentActivation: 'hard_sigmoid' }),
    ]),
    layerCase('LSTM with dropout', steps, [new layers.LSTM(3, { dropout: 0.2, seed })], false),
    layerCase('GRU', steps, [new layers.GRU(3)]),
    layerCase('GRU, reset before', steps, [new layers.GRU(3, { ...sequences, resetAfter: false })]),
    layerCase('RNN of cells', steps, [
      new layers.RNN([new layers.LSTMCell(3), new layers.GRUCell(2), new layers.SimpleRNNCell(2)]),
    ]),
    layerCase('RNN of a cell', steps, [new layers.RNN(new layers.GRUCell(2), sequences)]),
    layerCase('RNN of stacked cells', steps, [
      new layers.RNN(new layers.StackedRNNCells([new layers.LSTMCell(3), new layers.LSTMCell(2)])),
    ]),
    layerCase('Bidirectional', steps, [new layers.Bidirectional(new layers.LSTM(3, sequences))]),
    layerCase('Bidirectional of two layers', steps, [
      new layers.Bidirectional(new layers.GRU(3), {
        backwardLayer: new layers.LSTM(3, { goBackwards: true, name: 'back' }),
        mergeMode: 'ave',
      }),
    ]),
    layerCase(
      'ConvLSTM1D',
      [3, 6, 2],
      [new layers.ConvLSTM1D(2, 3, { ...sequences, padding: 'same', strides: 2 })],
    ),
    layerCase('ConvLSTM2D', [3, 5, 4, 2], [new layers.ConvLSTM2D(2, 2)]),
    layerCase(
      'ConvLSTM3D',
      [2, 3, 4, 3, 1],
      [new layers.ConvLSTM3D(2, 2, { ...sequences, strides: [1, 2, 1] })],
    ),
    layerCase('TimeDistributed', steps, [new layers.TimeDistributed(new layers.Dense(2))]),
    layerCase('TimeDistributed LSTM', [4, 3, 2], [new layers.TimeDistributed(new layers.LSTM(2))]),
  ];
}
