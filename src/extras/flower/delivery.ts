import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import { FlowerError } from './errors.js';
import { jitter, sleep } from './fleet.js';
import type { Fleet } from './fleet.js';
import type { Membership } from './membership.js';
import type { calls } from './messages.js';
import type { ObjectWriter, OutgoingObject } from './object-writer.js';
import { AT_ONCE, inParallel } from './objects.js';
import type { Values } from '../../files/formats/protobuf.js';

/** How often a server is asked which objects of an answer it lacks. */
const MOST_TIMES = 6;

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
 * @returns bytes of the objects that the server had not got
 * @throws FlowerError of the message if the server does not wait for the answer, or keeps an object not at all.
 */
export async function deliver(fleet: Fleet, member: Membership, answer: Outgoing): Promise<number> {
  const { runId, message, object, writer, seconds, signal } = answer;
  let bytes = 0;
  for (let time = 1; ; time++) {
    const { objectsToPush = [], sessionId } = await member.asNode((node) =>
      fleet.call('pushMessages', {
        node,
        messages: [message],
        trees: [object.tree],
        seconds: [seconds],
      }),
    );
    const lacking = [...new Set(objectsToPush)];
    if (time === 1 && !lacking.includes(object.id)) {
      throw new FlowerError(
        `the SuperLink at ${fleet.address} does not wait for the answer any more`,
        { isOfMessage: true },
      );
    }
    const notKept: string[] = [];
    // What the server has already is not sent again.
    await inParallel(AT_ONCE, lacking, async (id) => {
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
    if (notKept.length === 0) return bytes;
    if (time === MOST_TIMES) {
      throw new FlowerError(
        `flower: the SuperLink at ${fleet.address} did not keep the object ${notKept[0]} in ${MOST_TIMES} attempts.`,
        { isOfMessage: true },
      );
    }
    await sleep(0.1 * 2 ** (time - 1) * (0.5 + jitter() / 2), signal);
  }
}
