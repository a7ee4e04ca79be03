// A row for each callback: the options that are names, and the arguments of its constructor.
import { model } from '../unit/wrong-calls/arguments.js';
import type { ClassSpec, ClassSpecs } from './spec.js';

const row = (takes: string, ...args: readonly unknown[]): ClassSpec => ({
  takes,
  examples: [args],
});

export const callbackSpecs: ClassSpecs = {
  BackupAndRestore: row('', 'folder', {}),
  CSVLogger: row('', 'file.csv', {}),
  CallbackList: { takes: '', examples: [(): readonly unknown[] => [[], model(), {}]] },
  EarlyStopping: row('mode: modes', {}),
  History: row(''),
  LambdaCallback: row('', {}),
  LearningRateScheduler: row('', (epoch: number) => epoch, {}),
  LivePlot: row('', 'training.svg', {}),
  ModelCheckpoint: row('mode: modes', 'file.keras', {}),
  ProgbarLogger: row('', {}),
  ReduceLROnPlateau: row('mode: modes', {}),
  RemoteMonitor: row('', {}),
  SummaryWriter: row('', 'folder'),
  SwapEMAWeights: row('', {}),
  TensorBoard: row('', {}),
  TerminateOnNaN: row('', {}),
};
