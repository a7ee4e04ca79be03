/** Position and speed of the cart (m, m/s), angle and angular speed of the pole (rad, rad/s; 0 is upright). */
export type CartPoleState = readonly [x: number, speed: number, angle: number, spin: number];

/** The result of a push. */
export interface Transition {
  readonly state: CartPoleState;
  readonly reward: number;
  /** Whether the pole has fallen, or the cart has left the track. */
  readonly hasEnded: boolean;
}

const GRAVITY = 9.8;
const CART_MASS = 1;
const POLE_MASS = 0.1;
/** Half the length of the pole. */
const HALF_LENGTH = 0.5;
const FORCE = 10;
const SECONDS = 0.02;
/** Where an episode ends: 12 degrees, 2.4 m. */
const LARGEST_ANGLE = (12 * Math.PI) / 180;
const LARGEST_POSITION = 2.4;

/**
 * A cart on a track with a pole on a joint, pushed to the left (action 0) or to the right (1) for 20 ms at a time, so
 * that the pole stays upright. Without friction; Euler's method. A. G. Barto, R. S. Sutton, C. W. Anderson, "Neuronlike
 * Adaptive Elements That Can Solve Difficult Learning Control Problems" (1983).
 */
export function push([x, speed, angle, spin]: CartPoleState, action: number): Transition {
  const force = action === 1 ? FORCE : -FORCE;
  const mass = CART_MASS + POLE_MASS;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const drive = (force + POLE_MASS * HALF_LENGTH * spin ** 2 * sine) / mass;
  const angularAcceleration =
    (GRAVITY * sine - cosine * drive) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cosine ** 2) / mass));
  const acceleration = drive - (POLE_MASS * HALF_LENGTH * angularAcceleration * cosine) / mass;
  const state: CartPoleState = [
    x + SECONDS * speed,
    speed + SECONDS * acceleration,
    angle + SECONDS * spin,
    spin + SECONDS * angularAcceleration,
  ];
  const hasEnded = Math.abs(state[0]) > LARGEST_POSITION || Math.abs(state[2]) > LARGEST_ANGLE;
  return { state, reward: 1, hasEnded };
}
