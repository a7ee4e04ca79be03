import { grad, keep, tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { Canvas } from '../terminal/canvas.js';
import { fact, indent, note, title } from '../terminal/page.js';

const STEPS = 40;
const START = [-9, 3];

/** A long valley: steep across, nearly flat along. The lowest point is (0, 0). */
const height = (p: Tensor): Tensor => p.square().mul([0.02, 1]).sum();

/** Goes from a point and its gradient to the next point; it may keep its own state. */
type Rule = (point: Tensor, gradient: Tensor) => Tensor;

/** p ← p − rate · g */
function sgd(rate: number): Rule {
  return (p, g) => p.sub(g.mul(rate));
}

/** v ← momentum · v − rate · g, p ← p + v: it gathers speed where the slope stays the same. */
function momentum(rate: number, decay: number): Rule {
  let velocity = keep(tensor([0, 0]));
  return (p, g) => {
    velocity = keep(velocity.mul(decay).sub(g.mul(rate)));
    return p.add(velocity);
  };
}

/** s ← ρ s + (1 − ρ) g², p ← p − rate · g / √(s + ε): steps of one size, however steep. */
function rmsprop(rate: number, rho = 0.9, epsilon = 1e-7): Rule {
  let meanSquare = keep(tensor([0, 0]));
  return (p, g) => {
    meanSquare = keep(meanSquare.mul(rho).add(g.square().mul(1 - rho)));
    return p.sub(g.mul(rate).div(meanSquare.add(epsilon).sqrt()));
  };
}

/** Three rules that descend the same valley. */
export function showDescent(): void {
  title('Plain SGD, momentum and RMSprop side by side');
  note(
    'Descending f(x, y) = x²/50 + y² from (-9, 3). Plain SGD leaps from side to side of ' +
      'the valley and crawls along it; a larger rate would throw it out. Momentum and RMSprop get on.',
  );
  const contenders = [
    { name: 'SGD, rate 0.9', symbol: 's', rule: sgd(0.9) },
    { name: 'momentum 0.8, rate 0.3', symbol: 'm', rule: momentum(0.3, 0.8) },
    { name: 'RMSprop, rate 0.3', symbol: 'R', rule: rmsprop(0.3) },
  ];
  const paths = contenders.map((contender) => ({ ...contender, path: descend(contender.rule) }));

  fact('height after step', [0, 5, 10, 20, STEPS].map((step) => String(step).padStart(9)).join(''));
  for (const { name, symbol, path } of paths) {
    const heights = [0, 5, 10, 20, STEPS].map((step) =>
      heightAt(path[step]).toFixed(4).padStart(9),
    );
    fact(`${symbol}  ${name}`, heights.join(''));
  }
  const canvas = new Canvas(70, 17, [-9.5, 1.5], [-3.2, 3.2]);
  for (const { symbol, path } of paths) {
    for (const [x, y] of path.toReversed()) canvas.point(x, y, symbol);
  }
  canvas.point(0, 0, '+');
  console.log(`\n${indent(canvas.lines(), 4)}`);
}

type Point = readonly [x: number, y: number];

const heightAt = ([x, y]: Point = [NaN, NaN]): number => x ** 2 / 50 + y ** 2;

/** The points on the way, the start first. */
function descend(rule: Rule): Point[] {
  let point = tensor(START);
  const path: Point[] = [];
  for (let step = 0; ; step++) {
    const [x = NaN, y = NaN] = point.toArray(1);
    path.push([x, y]);
    if (step === STEPS) return path;
    point = tidy(() => rule(point, grad(height)(point)));
  }
}
