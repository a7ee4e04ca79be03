// Connectionist temporal classification (Graves et al. 2006): the negative logarithm of the probability that steps, each a
// distribution over classes, spell a row of labels, with blanks between them and labels repeated.
//
// float32 unless said. Of each sample there is a row of states for each step, and one before the first:
//
//   blank[labels + 1] ‖ emit[labels], each in `stride` numbers
//
// blank[n] is the logarithm of the probability of all ways to have spelled n labels and to be at a blank (or, within a step,
// behind a label that another one may follow at once), emit[n] of those that are at label n. What cannot be costs -1e5,
// as in Keras on JAX, so labels that do not fit into the steps have a finite loss.

import { loadVector, storeVector } from '../lanes';
import { expF32x4 } from '../math/exp';
import { log1pF32x4 } from '../math/log';
import { shareBegin, shareEnd } from '../split';

const IMPOSSIBLE: f32 = -1e5;
/** The least logarithm of a class: sums of it over all steps stay finite. */
const LEAST: f32 = -1e20;

/** ln(eᵃ + eᵇ). */
function logAddExp(a: v128, b: v128): v128 {
  const distance = f32x4.abs(f32x4.sub(a, b));
  return f32x4.add(f32x4.max(a, b), log1pF32x4(expF32x4(f32x4.neg(distance))));
}

/** ln(eᵃ + eᵇ) of single numbers. */
function logAddOne(a: f32, b: f32): f32 {
  return f32x4.extract_lane(logAddExp(f32x4.splat(a), f32x4.splat(b)), 0);
}

/** e^(part - whole). */
function shareOf(term: f32, whole: f32): f32 {
  return f32x4.extract_lane(expF32x4(f32x4.splat(term - whole)), 0);
}

/** -1e5 where label n and the next one are the same, else 0; the last label has none behind it. */
function costOfRepeats(targets: usize, n: i32, labels: i32): v128 {
  const at = targets + ((<usize>n) << 2);
  const left = labels - n;
  const same = i32x4.eq(loadVector(at, left), loadVector(at + 4, left - 1));
  const indices = i32x4.add(i32x4.splat(n + 1), i32x4(0, 1, 2, 3));
  const isRepeated = v128.and(same, i32x4.lt_s(indices, i32x4.splat(labels)));
  return v128.and(isRepeated, f32x4.splat(IMPOSSIBLE));
}

/** The logarithm of a class at a step. */
// @ts-ignore: decorator
@inline
function logOf(logs: usize, label: i32): f32 {
  return max(load<f32>(logs + ((<usize>label) << 2)), LEAST);
}

/** The logarithms of labels n, n + 1, … at a step. */
function logsOf(logs: usize, targets: usize, n: i32, labels: i32): v128 {
  const at = targets + ((<usize>n) << 2);
  const left = labels - n;
  let x = f32x4.splat(logOf(logs, load<i32>(at)));
  if (left > 1) x = f32x4.replace_lane(x, 1, logOf(logs, load<i32>(at + 4)));
  if (left > 2) x = f32x4.replace_lane(x, 2, logOf(logs, load<i32>(at + 8)));
  if (left > 3) x = f32x4.replace_lane(x, 3, logOf(logs, load<i32>(at + 12)));
  return x;
}

/** into[n + 1] ← ways that leave label n without a blank, if the next label is another one: the first thing of a step. */
function leaveLabels(into: usize, blank: usize, emit: usize, targets: usize, labels: i32): void {
  store<f32>(into, load<f32>(blank));
  for (let n = 0; n < labels; n += 4) {
    const at = (<usize>n) << 2;
    const leaving = f32x4.add(loadVector(emit + at, labels - n), costOfRepeats(targets, n, labels));
    const waiting = loadVector(blank + at + 4, labels - n);
    storeVector(into + at + 4, logAddExp(waiting, leaving), labels - n);
  }
}

/**
 * loss[batch] ← -ln p(labels of the sample), of logs[batch, steps, classes], logarithms of probabilities, and int32
 * targets[batch, width]. The first lengths[b] labels of a sample count, each within 0 … classes-1, and the first
 * stepCounts[b] steps. states[batch, steps + 1, 2·stride] is for the gradient; stride ≥ width + 1.
 * @module ctc
 * @cost 20 batch·steps·stride
 */
export function ctcLoss(
  thread: i32,
  threads: i32,
  loss: usize,
  states: usize,
  logs: usize,
  targets: usize,
  lengths: usize,
  stepCounts: usize,
  batch: i32,
  steps: i32,
  classes: i32,
  width: i32,
  stride: i32,
  blankClass: i32,
): void {
  const row = (<usize>stride) << 3;
  const end = shareEnd(batch, thread, threads, 1);
  for (let b = shareBegin(batch, thread, threads, 1); b < end; b++) {
    const labels = load<i32>(lengths + ((<usize>b) << 2));
    const count = load<i32>(stepCounts + ((<usize>b) << 2));
    const spelled = targets + ((<usize>b * width) << 2);
    let blank = states + <usize>b * (steps + 1) * row;
    for (let n = 0; n < stride << 1; n++) store<f32>(blank + ((<usize>n) << 2), IMPOSSIBLE);
    store<f32>(blank, 0);
    for (let t = 0; t < count; t++) {
      const at = logs + ((<usize>(b * steps + t) * classes) << 2);
      step(blank, blank + row, at, spelled, labels, stride, logOf(at, blankClass));
      blank += row;
    }
    const emit = blank + (row >> 1);
    let value = load<f32>(blank + ((<usize>labels) << 2));
    if (labels > 0) value = logAddOne(value, load<f32>(emit + ((<usize>(labels - 1)) << 2)));
    store<f32>(loss + ((<usize>b) << 2), -value);
  }
}

/** The states after a step. */
function step(
  blank: usize,
  nextBlank: usize,
  logs: usize,
  targets: usize,
  labels: i32,
  stride: i32,
  logBlank: f32,
): void {
  const emit = blank + ((<usize>stride) << 2);
  const nextEmit = nextBlank + ((<usize>stride) << 2);
  const impossible = f32x4.splat(IMPOSSIBLE);
  const ofBlank = f32x4.splat(logBlank);
  leaveLabels(nextBlank, blank, emit, targets, labels);
  for (let n = 0; n < labels; n += 4) {
    const at = (<usize>n) << 2;
    const left = labels - n;
    const begun = logAddExp(loadVector(nextBlank + at, left), loadVector(emit + at, left));
    storeVector(nextEmit + at, f32x4.add(logsOf(logs, targets, n, labels), begun), left);
  }
  store<f32>(nextBlank, load<f32>(nextBlank) + logBlank);
  for (let n = 0; n < labels; n += 4) {
    const at = (<usize>n) << 2;
    const left = labels - n;
    // Behind a label that is repeated a blank is due; of others the ways are counted already.
    const cost = f32x4.sub(impossible, costOfRepeats(targets, n, labels));
    const leaving = f32x4.add(f32x4.add(loadVector(emit + at, left), ofBlank), cost);
    const waiting = f32x4.add(loadVector(nextBlank + at + 4, left), ofBlank);
    storeVector(nextBlank + at + 4, logAddExp(waiting, leaving), left);
  }
}

/**
 * dlogs[batch, steps, classes] ← dloss[batch] times the gradient of `ctcLoss`, whose states are given. scratch has
 * batch·4·stride numbers.
 * @module ctc
 * @cost 30 batch·steps·stride
 */
export function ctcLossGradient(
  thread: i32,
  threads: i32,
  dlogs: usize,
  dloss: usize,
  states: usize,
  logs: usize,
  targets: usize,
  lengths: usize,
  stepCounts: usize,
  scratch: usize,
  batch: i32,
  steps: i32,
  classes: i32,
  width: i32,
  stride: i32,
  blankClass: i32,
): void {
  const row = (<usize>stride) << 3;
  const end = shareEnd(batch, thread, threads, 1);
  for (let b = shareBegin(batch, thread, threads, 1); b < end; b++) {
    const labels = load<i32>(lengths + ((<usize>b) << 2));
    const count = load<i32>(stepCounts + ((<usize>b) << 2));
    const spelled = targets + ((<usize>b * width) << 2);
    const first = (<usize>b * steps * classes) << 2;
    memory.fill(dlogs + first, 0, (<usize>steps * classes) << 2);
    // The gradients of both states, then what `stepBack` needs.
    const dblank = scratch + <usize>b * (row << 1);
    const demit = dblank + (row >> 1);
    memory.fill(dblank, 0, row);
    let blank = states + (<usize>b * (steps + 1) + count) * row;
    const upstream = -load<f32>(dloss + ((<usize>b) << 2));
    const last = (<usize>labels) << 2;
    if (labels > 0) {
      const waiting = load<f32>(blank + last);
      const emitted = load<f32>(blank + (row >> 1) + last - 4);
      const whole = logAddOne(waiting, emitted);
      store<f32>(dblank + last, upstream * shareOf(waiting, whole));
      store<f32>(demit + last - 4, upstream * shareOf(emitted, whole));
    } else {
      store<f32>(dblank, upstream);
    }
    for (let t = count - 1; t >= 0; t--) {
      blank -= row;
      const at = first + ((<usize>t * classes) << 2);
      stepBack(dblank, blank, logs + at, dlogs + at, spelled, labels, stride, blankClass);
    }
  }
}

/** Adds the lanes of d to the gradients of labels n, n + 1, … */
function addToLabels(dlogs: usize, targets: usize, d: v128, count: i32): void {
  addToLabel(dlogs, targets, f32x4.extract_lane(d, 0));
  if (count > 1) addToLabel(dlogs, targets + 4, f32x4.extract_lane(d, 1));
  if (count > 2) addToLabel(dlogs, targets + 8, f32x4.extract_lane(d, 2));
  if (count > 3) addToLabel(dlogs, targets + 12, f32x4.extract_lane(d, 3));
}

// @ts-ignore: decorator
@inline
function addToLabel(dlogs: usize, target: usize, d: f32): void {
  const at = dlogs + ((<usize>load<i32>(target)) << 2);
  store<f32>(at, load<f32>(at) + d);
}

/** The gradients of the states after a step become those of the states before it. */
function stepBack(
  dblank: usize,
  blank: usize,
  logs: usize,
  dlogs: usize,
  targets: usize,
  labels: i32,
  stride: i32,
  blankClass: i32,
): void {
  const half = (<usize>stride) << 2;
  const demit = dblank + half;
  const left = demit + half;
  const dleft = left + half;
  const emit = blank + half;
  const nextBlank = emit + half;
  const nextEmit = nextBlank + half;
  const impossible = f32x4.splat(IMPOSSIBLE);
  const ofBlank = f32x4.splat(logOf(logs, blankClass));
  leaveLabels(left, blank, emit, targets, labels);

  let sum = load<f32>(dblank);
  store<f32>(dleft, sum);
  for (let n = 0; n < labels; n += 4) {
    const at = (<usize>n) << 2;
    const count = labels - n;
    const cost = f32x4.sub(impossible, costOfRepeats(targets, n, labels));
    const emitted = loadVector(emit + at, count);
    const d = loadVector(dblank + at + 4, count);
    const whole = f32x4.sub(ofBlank, loadVector(nextBlank + at + 4, count));
    const waiting = expF32x4(f32x4.add(loadVector(left + at + 4, count), whole));
    const leaving = expF32x4(f32x4.add(f32x4.add(emitted, cost), whole));
    storeVector(dleft + at + 4, f32x4.mul(d, waiting), count);
    for (let i = 0; i < min(count, 4); i++) sum += load<f32>(dblank + at + 4 + ((<usize>i) << 2));

    const e = loadVector(demit + at, count);
    const log = f32x4.sub(logsOf(logs, targets, n, labels), loadVector(nextEmit + at, count));
    const stayed = f32x4.mul(e, expF32x4(f32x4.add(emitted, log)));
    const begun = f32x4.mul(e, expF32x4(f32x4.add(loadVector(left + at, count), log)));
    storeVector(demit + at, f32x4.add(stayed, f32x4.mul(d, leaving)), count);
    // The next vector of dblank begins behind what is written here.
    storeVector(dblank + at, begun, count);
    addToLabels(dlogs, targets + at, e, count);
  }
  const ofBlanks = dlogs + ((<usize>blankClass) << 2);
  store<f32>(ofBlanks, load<f32>(ofBlanks) + sum);

  for (let n = 0; n < labels; n += 4) {
    const at = (<usize>n) << 2;
    const count = labels - n;
    const d = f32x4.add(loadVector(dblank + at, count), loadVector(dleft + at, count));
    storeVector(dleft + at, d, count);
  }
  store<f32>(dblank, load<f32>(dleft));
  for (let n = 0; n < labels; n += 4) {
    const at = (<usize>n) << 2;
    const count = labels - n;
    const d = loadVector(dleft + at + 4, count);
    const whole = loadVector(left + at + 4, count);
    const waiting = expF32x4(f32x4.sub(loadVector(blank + at + 4, count), whole));
    const emitted = f32x4.add(loadVector(emit + at, count), costOfRepeats(targets, n, labels));
    const leaving = expF32x4(f32x4.sub(emitted, whole));
    storeVector(dblank + at + 4, f32x4.mul(d, waiting), count);
    storeVector(demit + at, f32x4.add(loadVector(demit + at, count), f32x4.mul(d, leaving)), count);
  }
}
