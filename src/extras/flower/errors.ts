import { LanegradError } from '../../errors.js';

/** What is known of a failure apart from its message. @internal */
export interface FailureDetails extends ErrorOptions {
  readonly status?: number | undefined;
  readonly code?: number | undefined;
  /** Whether the same request may succeed later. */
  readonly isPassing?: boolean;
  /** Whether one message is lost, and the node continues. */
  readonly isOfMessage?: boolean;
}

/**
 * A SuperLink that cannot be reached or refuses a request.
 *
 * @example
 * try {
 *   await flower.join('http://localhost:8000', { model, data: [x, y] });
 * } catch (error) {
 *   if (error instanceof flower.FlowerError) console.log(error.status); // 401, or undefined if no server answered
 * }
 */
export class FlowerError extends LanegradError {
  override readonly name: string = 'FlowerError';
  /** The HTTP status of the answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Flower's error code, if the answer has one. */
  readonly code: number | undefined;
  /** @internal */
  readonly isPassing: boolean;
  /** @internal */
  readonly isOfMessage: boolean;

  /** @internal */
  constructor(message: string, details: FailureDetails = {}) {
    super(message, details);
    this.status = details.status;
    this.code = details.code;
    this.isPassing = details.isPassing ?? false;
    this.isOfMessage = details.isOfMessage ?? false;
  }
}

/** What was thrown because a node refuses what a server asks for, or sends. */
const refusals = new WeakSet();

/** What `check` gives. What it throws counts as a refusal. */
export function refusing<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    noteRefusal(error);
    throw error;
  }
}

/** What `check` gives in the end. What it throws, at once or later, counts as a refusal. */
export async function refusingLater<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    noteRefusal(error);
    throw error;
  }
}

function noteRefusal(error: unknown): void {
  if (typeof error === 'object' && error !== null) refusals.add(error);
}

/** Whether an error was thrown as a node refuses something; else something has failed. */
export function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && refusals.has(error);
}
