import { countOf, unitOf, valueAt } from '../hyperparameter.js';
import type { Hyperparameter, HyperparameterValue } from '../hyperparameter.js';

type Values = Readonly<Record<string, HyperparameterValue>>;

/** A choice without an order has a coordinate for each value: any two are as far from each other, by 1. */
const APART = Math.SQRT1_2;

/** Hyperparameters as coordinates from 0 to 1, in which a Gaussian process measures how far values are from each other. */
export class Features {
  /** The hyperparameters that vary. */
  readonly varying: readonly Hyperparameter[];
  /** The hyperparameter of each coordinate, as a whole number from 0 on. */
  readonly groups: Int32Array;
  /** Coordinates along which a neighbour is alike; others belong to choices. */
  readonly isOrdered: readonly boolean[];

  constructor(readonly space: readonly Hyperparameter[]) {
    this.varying = space.filter((of) => countOf(of) > 1);
    const widths = this.varying.map(widthOf);
    this.groups = Int32Array.from(
      widths.flatMap((width, group) => Array<number>(width).fill(group)),
    );
    this.isOrdered = this.varying.flatMap((of, i) =>
      Array<boolean>(widths[i] ?? 0).fill(isRange(of)),
    );
  }

  /** The coordinates of a trial. What the trial did not ask for has its default. */
  encode(values: Values): Float64Array<ArrayBuffer> {
    const point = new Float64Array(this.groups.length);
    let at = 0;
    for (const of of this.varying) {
      const value = values[of.name] ?? of.default;
      if (isRange(of)) {
        point[at++] = unitOf(of, value);
      } else {
        const known = of.kind === 'choice' ? of.values : [false, true];
        for (const one of known) point[at++] = one === value ? APART : 0;
      }
    }
    return point;
  }

  /** The values nearest to coordinates. */
  decode(point: Float64Array): Record<string, HyperparameterValue> {
    const values: Record<string, HyperparameterValue> = {};
    for (const of of this.space) values[of.name] = of.default;
    let at = 0;
    for (const of of this.varying) {
      if (isRange(of)) {
        values[of.name] = valueAt(of, point[at++] ?? 0);
      } else {
        const known = of.kind === 'choice' ? of.values : [false, true];
        const shares = point.subarray(at, at + known.length);
        values[of.name] = known[shares.indexOf(Math.max(...shares))] ?? of.default;
        at += known.length;
      }
    }
    return values;
  }

  /** The values that numbers from 0 to 1 stand for, one number a hyperparameter that varies. */
  valuesAt(units: ArrayLike<number>, offset = 0): Record<string, HyperparameterValue> {
    const values: Record<string, HyperparameterValue> = {};
    for (const of of this.space) values[of.name] = of.default;
    for (const [i, of] of this.varying.entries())
      values[of.name] = valueAt(of, units[offset + i] ?? 0);
    return values;
  }
}

/** Whether values lie along one coordinate. */
const isRange = (of: Hyperparameter): boolean =>
  of.kind === 'int' || of.kind === 'float' || (of.kind === 'choice' && of.ordered);

const widthOf = (of: Hyperparameter): number => (isRange(of) ? 1 : countOf(of));
