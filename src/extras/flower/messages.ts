// The messages of Flower's Fleet API, version 1.42: names and numbers of their fields as its protocol defines them. Fields that
// a node neither writes nor reads are left out.
import {
  list,
  nested,
  nestedList,
  optional,
  scalar,
  Schema,
} from '../../files/formats/protobuf.js';
import type { Kind, Values } from '../../files/formats/protobuf.js';

/** The most entries of a list. */
const MOST = 2 ** 17;
/** The most messages that a node takes at a time: Flower 1.42 gives one. */
const MOST_MESSAGES = 1024;

const Node = new Schema('Node', { nodeId: [1, scalar('uint64')] });

const Metadata = new Schema('Metadata', {
  runId: [1, scalar('uint64')],
  messageId: [2, scalar('string')],
  srcNodeId: [3, scalar('uint64')],
  dstNodeId: [4, scalar('uint64')],
  replyToMessageId: [5, scalar('string')],
  groupId: [6, scalar('string')],
  ttl: [7, scalar('double')],
  messageType: [8, scalar('string')],
  createdAt: [9, scalar('double')],
  srcTaskId: [10, optional('uint64')],
  dstTaskId: [11, optional('uint64')],
});

/** What a message says of itself apart from its content. */
export type MetadataValues = Values<(typeof Metadata)['fields']>;

const ErrorMessage = new Schema('Error', {
  code: [1, scalar('sint64')],
  reason: [2, scalar('string')],
});

/** Records travel as objects of their own, so the place for them in a message stays empty. */
const NoRecords = new Schema('RecordDict', {});

export const Message = new Schema('Message', {
  metadata: [1, nested(() => Metadata)],
  content: [2, nested(() => NoRecords)],
  error: [3, nested(() => ErrorMessage)],
});

/** The ids of the objects that a message consists of. */
export interface ObjectTree {
  readonly objectId: string;
  readonly children: readonly ObjectTree[];
}

// Said by hand, as TypeScript does not find out the type of what refers to itself.
type TreeFields = Readonly<
  Record<'objectId', readonly [1, Kind<string>]> &
    Record<'children', readonly [2, Kind<readonly ObjectTree[]>]>
>;

const TreeNode: Schema<TreeFields> = new Schema<TreeFields>('ObjectTree', {
  objectId: [1, scalar('string')],
  children: [2, nestedList(() => TreeNode, MOST)],
});

const doubles = new Schema('DoubleList', { values: [1, list('double')] });
const sints = new Schema('SintList', { values: [1, list('sint64')] });
const uints = new Schema('UintList', { values: [1, list('uint64')] });
const bools = new Schema('BoolList', { values: [1, list('bool')] });
const strings = new Schema('StringList', { values: [1, list('string')] });
const byteStrings = new Schema('BytesList', { values: [1, list('bytes')] });

/** A value of a MetricRecord or a ConfigRecord: one of the fields is there. A MetricRecord has numbers and lists of them alone. */
const RecordValue = new Schema('RecordValue', {
  double: [1, optional('double')],
  sint64: [2, optional('sint64')],
  uint64: [3, optional('uint64')],
  bool: [4, optional('bool')],
  string: [5, optional('string')],
  bytes: [6, optional('bytes')],
  doubles: [21, nested(() => doubles)],
  sints: [22, nested(() => sints)],
  uints: [23, nested(() => uints)],
  bools: [24, nested(() => bools)],
  strings: [25, nested(() => strings)],
  byteStrings: [26, nested(() => byteStrings)],
});

export type RecordValueFields = Values<(typeof RecordValue)['fields']>;

const RecordItem = new Schema('Item', {
  key: [1, scalar('string')],
  value: [2, nested(() => RecordValue)],
});

/** A MetricRecord or a ConfigRecord. */
export const ValueRecord = new Schema('Record', { items: [1, nestedList(() => RecordItem, MOST)] });

const node = [1, nested(() => Node)] as const;
const nothing = new Schema('an empty answer', {});

/** The calls of the Fleet API: the route, what is sent, and what comes back. */
export const calls = {
  registerNode: {
    route: 'register-node',
    request: new Schema('RegisterNodeFleetRequest', { publicKey: [1, scalar('bytes')] }),
    response: new Schema('RegisterNodeFleetResponse', { nodeId: [1, scalar('uint64')] }),
  },
  activateNode: {
    route: 'activate-node',
    request: new Schema('ActivateNodeRequest', {
      publicKey: [1, scalar('bytes')],
      heartbeatInterval: [2, scalar('double')],
    }),
    response: new Schema('ActivateNodeResponse', { nodeId: [1, scalar('uint64')] }),
  },
  deactivateNode: {
    route: 'deactivate-node',
    request: new Schema('DeactivateNodeRequest', { nodeId: [1, scalar('uint64')] }),
    response: nothing,
  },
  unregisterNode: {
    route: 'unregister-node',
    request: new Schema('UnregisterNodeFleetRequest', { nodeId: [1, scalar('uint64')] }),
    response: nothing,
  },
  heartbeat: {
    route: 'send-node-heartbeat',
    request: new Schema('SendNodeHeartbeatRequest', {
      node,
      heartbeatInterval: [2, scalar('double')],
    }),
    response: new Schema('SendNodeHeartbeatResponse', { success: [1, scalar('bool')] }),
  },
  pullMessages: {
    route: 'pull-messages',
    request: new Schema('PullMessagesRequest', { node }),
    response: new Schema('PullMessagesResponse', {
      messages: [2, nestedList(() => Message, MOST_MESSAGES)],
    }),
  },
  pullObject: {
    route: 'pull-object',
    request: new Schema('PullObjectRequest', {
      node,
      runId: [2, scalar('uint64')],
      objectId: [3, scalar('string')],
    }),
    response: new Schema('PullObjectResponse', {
      isFound: [1, scalar('bool')],
      isAvailable: [2, scalar('bool')],
      content: [3, scalar('bytes')],
    }),
  },
  confirmMessageReceived: {
    route: 'confirm-message-received',
    request: new Schema('ConfirmMessageReceivedRequest', {
      node,
      runId: [2, scalar('uint64')],
      messageObjectId: [3, scalar('string')],
    }),
    response: nothing,
  },
  pushMessages: {
    route: 'push-messages',
    request: new Schema('PushMessagesRequest', {
      node,
      messages: [2, nestedList(() => Message, MOST)],
      trees: [3, nestedList(() => TreeNode, MOST)],
      seconds: [4, list('double')],
    }),
    response: new Schema('PushMessagesResponse', {
      objectsToPush: [3, list('string')],
      sessionId: [4, scalar('string')],
    }),
  },
  pushObject: {
    route: 'push-object',
    request: new Schema('PushObjectRequest', {
      node,
      runId: [2, scalar('uint64')],
      objectId: [3, scalar('string')],
      sessionId: [5, scalar('string')],
    }),
    /** The number of the field that holds the object, which is sent behind the others. */
    contentField: 4,
    response: new Schema('PushObjectResponse', { isStored: [1, scalar('bool')] }),
  },
} as const;
