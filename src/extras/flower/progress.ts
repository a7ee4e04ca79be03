import type { FlowerError } from './errors.js';
import type { FlowerMessage, NodeConfig } from './message.js';
import type { ObjectWriter, OutgoingObject } from './object-writer.js';
import type { RecordsLike } from './records.js';

/** A function that handles a message and returns records. If it throws, the answer is an error of this node. */
export type FlowerHandler = (message: FlowerMessage) => RecordsLike | Promise<RecordsLike>;

/** A handler that may also write the records of its answer itself. @internal */
export type Handler = (message: FlowerMessage, writer: ObjectWriter) => Promise<OutgoingObject>;

/** What a node reports while it works. */
export type FlowerProgress =
  /** The SuperLink knows the node: at first, and again after it has forgotten it. */
  | { readonly type: 'joined'; readonly nodeId: bigint; readonly isAgain: boolean }
  /** A message has come. */
  | {
      readonly type: 'received';
      readonly message: FlowerMessage;
      /** Bytes of all objects that it consists of. */
      readonly bytes: number;
      /** That fetching them took. */
      readonly seconds: number;
    }
  /** An epoch of `fit` is over. */
  | {
      readonly type: 'epoch';
      readonly message: FlowerMessage;
      /** From 0 on. */
      readonly epoch: number;
      readonly epochs: number;
      readonly logs: Readonly<Record<string, number>>;
    }
  /** The server has the answer. */
  | {
      readonly type: 'answered';
      readonly message: FlowerMessage;
      /** Bytes of all objects that were sent: what the server had already is not sent again. */
      readonly bytes: number;
      /** From the receipt of the message on. */
      readonly seconds: number;
    }
  /** A message was refused, or its handler threw: the server got an error as the answer. The node continues. */
  | {
      readonly type: 'failed';
      readonly messageType: string;
      readonly error: unknown;
      /** Undefined if it could not be read. Its tensors are gone. */
      readonly message: FlowerMessage | undefined;
      /**
       * Whether the node refused what came, or what it was asked for: records that are broken or do not fit, numbers that are not
       * finite, settings that cannot be. Else the work on the message has failed.
       */
      readonly isRefusal: boolean;
    }
  /** A message has no answer any more, as its time or its run is over. The node continues. */
  | { readonly type: 'dropped'; readonly messageType: string; readonly reason: string }
  /** The SuperLink cannot be reached, or still counts a node with this key as online, and is tried again. */
  | {
      readonly type: 'retrying';
      readonly error: FlowerError;
      readonly attempt: number;
      /** Until the next attempt. */
      readonly seconds: number;
    }
  /** The node has left. */
  | { readonly type: 'left' };

/** How a node works. Times are in seconds. @internal */
export interface NodeSettings {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly heartbeatInterval: number;
  readonly pollInterval: number;
  readonly maxPollInterval: number;
  /** Whether the caller has given the key, and may come again with it. */
  readonly isKeyKept: boolean;
  readonly nodeConfig: NodeConfig;
  readonly maxBytes: number;
  readonly onProgress: (progress: FlowerProgress) => void;
}
