// The cart and the pole of the DQN example move as the equations of motion say, and its memory forgets the oldest.
import { describe, expect, it } from 'vitest';
import { push } from '../../../examples/dqn/cart-pole.js';
import type { CartPoleState } from '../../../examples/dqn/cart-pole.js';
import { ReplayBuffer } from '../../../examples/dqn/replay-buffer.js';

describe('the cart-pole', () => {
  it('starts to move by the force alone: ẍ and θ̈ of an upright pole at rest', () => {
    // θ̈ = −F/M / (l (4/3 − m/M)), ẍ = F/M − m l θ̈/M, with F 10 N, M 1.1 kg, m 0.1 kg, l 0.5 m.
    const angular = -(10 / 1.1) / (0.5 * (4 / 3 - 0.1 / 1.1));
    const linear = 10 / 1.1 - (0.1 * 0.5 * angular) / 1.1;
    const { state, reward, hasEnded } = push([0, 0, 0, 0], 1);
    [0, 0.02 * linear, 0, 0.02 * angular].forEach((expected, i) =>
      expect(state[i]).toBeCloseTo(expected, 12),
    );
    expect(reward).toBe(1);
    expect(hasEnded).toBe(false);
  });

  it('obeys both equations of motion from any state', () => {
    // M ẍ + m l (θ̈ cos θ − θ̇² sin θ) = F and 4/3 l θ̈ + ẍ cos θ = g sin θ.
    for (const [start, force] of [
      [[0.5, -1, 0.1, 0.7], 10],
      [[-2, 0.3, -0.19, -1.5], -10],
    ] as const) {
      const { state } = push(start, force > 0 ? 1 : 0);
      const [acceleration, angular] = [(state[1] - start[1]) / 0.02, (state[3] - start[3]) / 0.02];
      const [, , angle, spin] = start;
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      expect(1.1 * acceleration + 0.05 * (angular * cosine - spin ** 2 * sine)).toBeCloseTo(
        force,
        9,
      );
      expect((4 / 3) * 0.5 * angular + acceleration * cosine).toBeCloseTo(9.8 * sine, 9);
    }
  });

  it('is the same mirrored', () => {
    const start: CartPoleState = [0.3, 0.1, -0.05, 0.4];
    const [a, b] = [push(start, 1), push(start.map((value) => -value) as never, 0)];
    a.state.forEach((value, i) => expect(b.state[i]).toBeCloseTo(-value, 12));
  });

  it('ends beyond 2.4 m and 12 degrees', () => {
    expect(push([2.39, 1, 0, 0], 1).hasEnded).toBe(true);
    expect(push([2.37, 1, 0, 0], 1).hasEnded).toBe(false);
    expect(push([0, 0, -0.2, -1], 0).hasEnded).toBe(true);
    expect(push([0, 0, 0.2, 0], 0).hasEnded).toBe(false);
  });
});

describe('the replay buffer', () => {
  it('holds the last experiences and gives those of the places that are drawn', () => {
    const buffer = new ReplayBuffer(3);
    for (let i = 0; i < 5; i++) {
      buffer.add({
        state: [i, i],
        action: i % 2,
        reward: i,
        next: [i + 1, i],
        ended: i === 4 ? 1 : 0,
      });
    }
    expect(buffer.size).toBe(3);
    // Experiences 3 and 4 have taken the positions of 0 and 1.
    const batch = buffer.sample([0, 0.5, 0.99, 0]);
    expect([...batch.rewards.data()]).toEqual([3, 4, 2, 3]);
    expect(batch.states.toArray()).toEqual([[3, 3], [4, 4], [2, 2], [3, 3]]); // prettier-ignore
    expect(batch.nexts.toArray()).toEqual([[4, 3], [5, 4], [3, 2], [4, 3]]); // prettier-ignore
    expect([...batch.actions.data()]).toEqual([1, 0, 0, 1]);
    expect([...batch.ended.data()]).toEqual([0, 1, 0, 0]);
  });

  it('gives nothing while it is empty', () => {
    expect(() => new ReplayBuffer(3).sample([0])).toThrow('empty');
  });
});
