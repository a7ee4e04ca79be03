// Keras's results of the functions other than architectures, and of small networks: test/oracles/fixtures/keras-application-files.py.
import { readFileSync } from 'node:fs';

export interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

interface Fixture {
  readonly preprocessed: readonly {
    readonly module: string;
    readonly mode?: 'caffe' | 'tf' | 'torch';
    readonly data_format: 'channels_last' | 'channels_first';
    readonly x: Numbers;
    readonly y: Numbers;
  }[];
  readonly decoded: readonly {
    readonly top: number;
    readonly set: readonly (readonly [row: number, place: number, value: number])[];
    readonly y: readonly (readonly (readonly [string, string, number])[])[];
  }[];
  readonly networks: readonly { readonly options: object; readonly y: Numbers }[];
  readonly normalized: { readonly x: Numbers; readonly y: Numbers };
}

export const readFixture = (): Fixture =>
  JSON.parse(
    readFileSync(new URL('../../fixtures/keras-application-files.json', import.meta.url), 'utf8'),
  ) as Fixture;
