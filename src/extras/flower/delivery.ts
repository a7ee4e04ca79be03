import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import { FlowerError } from './errors.js';
import type { Fleet } from './fleet.js';
import type { Membership } from './membership.js';
import type { calls } from './messages.js';
import type { ObjectWriter, OutgoingObject } from './object-writer.js';
import { AT_ONCE, inParallel } from './objects.js';
import { backoff, sleep } from './pauses.js';
import type { Values } from '../../files/formats/protobuf.js';

/** How often a server is asked which objects of an answer it lacks. */
const MOST_TIMES = 6;
/** Seconds between two of these questions. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [0.1, 5];

/** A node, as requests name it. */
interface Node {
  readonly nodeId: bigint;
}

/** An answer, all of whose objects the writer has. */
export interface Outgoing {
  readonly runId: bigint;
  readonly message: Values<(typeof calls)['pushMessages']['request']['fields']>['messages'][number];
  readonly object: OutgoingObject;
  readonly writer: ObjectWriter;
  /** How long the node has worked on it. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Sends an answer until the server has all of it. A server that says that it does not keep an object may have it, as the answer to
 * an earlier attempt was lost, or has given up waiting: so it is asked again what it lacks, and gets that.
 *
 * Once a ServerApp has begun to take an answer, the server does not say what it lacks any more, but still waits for it. Where the
 * node has asked twice, as its first question got lost or stood still, the list that it has may be missing or out of date. So it
 * then sends what the server may lack without the id of a session, as nodes of earlier versions do.
 *
 * @returns bytes of the objects that the server had not got
 * @throws FlowerError of the message if the server does not wait for the answer, or keeps an object not at all.
 */
export async function deliver(fleet: Fleet, member: Membership, answer: Outgoing): Promise<number> {
  const { runId, message, object, writer, seconds, signal } = answer;
  let bytes = 0;
  let isAskedAgain = false;
  const ask = (node: Node) =>
    fleet.call(
      'pushMessages',
      { node, messages: [message], trees: [object.tree], seconds: [seconds] },
      { onRetry: () => void (isAskedAgain = true) },
    );

  /** @returns the objects that the server does not keep */
  const push = async (ids: readonly string[], sessionId: string, atOnce: number) => {
    const notKept: string[] = [];
    await inParallel(atOnce, ids, async (id) => {
      const content = writer.contents.get(id);
      if (content === undefined) {
        throw new FormatError(
          `flower: the SuperLink asks for the object ${describeValue(id)}, which is none of this answer.`,
        );
      }
      const isKept = await member.asNode((node) =>
        fleet.pushObject(node, runId, id, sessionId, content),
      );
      if (isKept) bytes += content.room.length - content.start;
      else notKept.push(id);
    });
    return notKept;
  };

  let notKept: readonly string[] = [...writer.contents.keys()];
  for (let time = 1; ; time++) {
    const { objectsToPush = [], sessionId } = await member.asNode(ask);
    const lacking = [...new Set(objectsToPush)];
    const isWaitedFor = time > 1 || lacking.includes(object.id);
    // What the server has already is not sent again. It gives up an answer of which it gets no object for 180 s: on a slow line one at
    // a time comes sooner than several.
    const atOnce = time === 1 ? AT_ONCE : 1;
    if (isAskedAgain && lacking.length === 0) {
      await push(notKept, '', atOnce);
      if (isWaitedFor || bytes > 0) return bytes;
    }
    if (!isWaitedFor) {
      throw new FlowerError(
        `the SuperLink at ${fleet.address} does not wait for the answer any more`,
        { isOfMessage: true },
      );
    }
    notKept = await push(lacking, sessionId, atOnce);
    if (notKept.length === 0) return bytes;
    if (time === MOST_TIMES) {
      throw new FlowerError(
        `flower: the SuperLink at ${fleet.address} did not keep the object ${notKept[0]} in ${MOST_TIMES} attempts.`,
        { isOfMessage: true },
      );
    }
    await sleep(backoff(time, LONGEST_PAUSE, FIRST_PAUSE), signal);
  }
}
