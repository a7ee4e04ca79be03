import { orAbort } from '../../nn/data/or-abort.js';
import { CODES } from './fleet.js';
import type { Fleet } from './fleet.js';
import { FlowerError } from './errors.js';
import type { Identity } from './identity.js';
import { isInBackground, watchPage } from './page-life.js';
import { backoff, jitter, sleep } from './pauses.js';
import type { FlowerProgress } from './progress.js';

/** How long a node waits for the SuperLink when it leaves, in seconds. */
const LAST_SECONDS = 5;
/** Seconds beyond two heartbeats for which a node is counted as online. */
const MARGIN = 5;
/** Seconds between two attempts to activate a node that is counted as online. */
const LONGEST_PAUSE = 10;
/** What a page in the background says of its heartbeats, as its timers may come once a minute. */
const BACKGROUND_INTERVAL = 90;

/** How a node is a member. Times are in seconds. */
export interface MemberSettings {
  readonly heartbeatInterval: number;
  /** Whether the key is kept by the caller, who may come again with it: a key that was unregistered is refused for ever. */
  readonly isKeyKept: boolean;
  readonly signal: AbortSignal;
  readonly tell: (progress: FlowerProgress) => void;
}

/** A request of a node. */
type NodeRequest<T> = (node: { readonly nodeId: bigint }) => Promise<T>;

/** A page that was put aside. */
interface Away {
  /** Settled when the page is back, and the node has joined again. */
  readonly isOver: Promise<void>;
  readonly end: () => void;
  /** Whether the node joins again now. */
  isReturning: boolean;
}

/** A node as the SuperLink knows it: registered, active, and there as long as its heartbeats come. */
export class Membership {
  #id = 0n;
  #isRegistered = false;
  /** Heartbeats that have failed one after another. */
  #missed = 0;
  #heartbeat: ReturnType<typeof setTimeout> | undefined;
  #again: Promise<void> | undefined;
  /** A page that was put aside. */
  #away: Away | undefined;
  #unwatch: () => void = () => undefined;

  constructor(
    private readonly fleet: Fleet,
    private readonly identity: Identity,
    private readonly settings: MemberSettings,
  ) {}

  /** The node's number at the SuperLink. */
  get id(): bigint {
    return this.#id;
  }

  /**
   * Makes the node known to the SuperLink, and tells it again and again that the node is there.
   *
   * @param maxWaitTime for how long a server that cannot be reached is asked again
   * @param activationTime for how long a key that is counted as online is tried again. Default: two heartbeats
   */
  async join(maxWaitTime: number, activationTime?: number): Promise<void> {
    await this.#activate(false, activationTime, maxWaitTime);
    this.#unwatch = watchPage({
      hide: (isForGood) => this.#hide(isForGood),
      show: () => void this.#show(),
      turn: () => this.#beat(0),
    });
    this.#beat();
  }

  /** Registers and activates: a node that the SuperLink knows already, by its key, keeps its number. */
  async #activate(
    isAgain: boolean,
    activationTime = this.#patience,
    maxWaitTime?: number,
  ): Promise<void> {
    const { publicKey } = this.identity;
    const limit = maxWaitTime === undefined ? {} : { maxWaitTime };
    let isAdmitted = true;
    let registered: bigint | undefined;
    try {
      registered = (await this.fleet.call('registerNode', { publicKey }, limit)).nodeId;
      this.#isRegistered = true;
    } catch (error) {
      const code = error instanceof FlowerError ? error.code : undefined;
      isAdmitted = code === CODES.keyInUse;
      if (!isAdmitted && code !== CODES.registrationDisabled) throw error;
    }
    const seconds = isAdmitted ? activationTime : Math.min(activationTime, this.#patience);
    this.#id = await this.#activateWithin(seconds, isAdmitted, registered, limit);
    this.settings.tell({ type: 'joined', nodeId: this.#id, isAgain });
  }

  /** Seconds after which a node that has ended without leaving counts as gone. */
  get #patience(): number {
    return 2 * this.settings.heartbeatInterval + MARGIN;
  }

  /** A key that is counted as online, as after a crash, is refused until its heartbeats are missed. */
  async #activateWithin(
    most: number,
    isAdmitted: boolean,
    registered: bigint | undefined,
    limit: { readonly maxWaitTime?: number },
  ): Promise<bigint> {
    const { publicKey } = this.identity;
    const { heartbeatInterval, signal, tell } = this.settings;
    let start = performance.now();
    // A node whose activation has lost its answer is online from then on.
    const onRetry = (): void => void (start = performance.now());
    for (let attempt = 1; ; attempt++) {
      try {
        const values = { publicKey, heartbeatInterval };
        return (await this.fleet.call('activateNode', values, { ...limit, onRetry })).nodeId;
      } catch (refusal) {
        if (!(refusal instanceof FlowerError) || refusal.code !== CODES.activationFailed)
          throw refusal;
        // A node that was registered just now is online already if the answer to its activation was lost.
        if (registered !== undefined) {
          const node = { nodeId: registered };
          const values = { node, heartbeatInterval };
          if ((await this.fleet.call('heartbeat', values, limit)).success) return registered;
        }
        const error = this.#notActivated(refusal, isAdmitted);
        const left = most - (performance.now() - start) / 1000;
        if (left <= 0) throw error;
        // The last attempt comes at the end of the time.
        const seconds = Math.min(backoff(attempt, LONGEST_PAUSE), left);
        tell({ type: 'retrying', error, attempt, seconds });
        await sleep(seconds, signal);
      }
    }
  }

  #notActivated({ status, code }: FlowerError, isAdmitted: boolean): FlowerError {
    const { address } = this.fleet;
    const online =
      `a node with this key counts as online: one that has ended without leaving does so until two of its heartbeats are ` +
      `missed, and two programs cannot have one key`;
    return new FlowerError(
      isAdmitted
        ? `flower: the SuperLink at ${address} does not admit this node yet (HTTP ${status}): ${online}.`
        : `flower: the SuperLink at ${address} admits known nodes alone, and refuses this one (HTTP ${status}) for one of two ` +
            `causes. Either it does not know the key: give its operator the public key (flower.exportPublicKey) for flwr ` +
            `supernode register, and join with that key: { key }. Or ${online}.`,
      { status, code },
    );
  }

  /** Joins again, once for all requests that find at the same time that they must. */
  async #activateAgain(): Promise<void> {
    this.#again ??= this.#activate(true).finally(() => (this.#again = undefined));
    await this.#again;
  }

  /** A request of this node. If the SuperLink has forgotten it, as after a restart, it joins again. */
  async asNode<T>(request: NodeRequest<T>): Promise<T> {
    // Nothing is asked for while the page is put aside.
    if (this.#away !== undefined) await orAbort(this.#away.isOver, this.settings.signal);
    const before = this.#id;
    try {
      return await request({ nodeId: before });
    } catch (error) {
      if (!(error instanceof FlowerError) || error.status !== 401) throw error;
      if (this.#id === before) await this.#activateAgain();
      return request({ nodeId: this.#id });
    }
  }

  /** Tells the SuperLink again and again that the node is there. @param wait seconds until it does so first */
  #beat(wait = this.settings.heartbeatInterval * (0.85 + 0.1 * jitter())): void {
    clearTimeout(this.#heartbeat);
    const { signal } = this.settings;
    if (signal.aborted) return;
    this.#heartbeat = setTimeout(() => {
      void this.asNode((node) => this.#sendHeartbeat(node)).then(
        () => {
          this.#missed = 0;
          this.#beat();
        },
        // The requests of the work tell of trouble. The server waits for two intervals.
        () => {
          const { heartbeatInterval: interval } = this.settings;
          this.#beat(backoff(++this.#missed, interval, interval / 10));
        },
      );
    }, wait * 1000);
  }

  async #sendHeartbeat(node: { readonly nodeId: bigint }): Promise<void> {
    const own = this.settings.heartbeatInterval;
    const heartbeatInterval = isInBackground() ? Math.max(own, BACKGROUND_INTERVAL) : own;
    const once = { maxWaitTime: 0, requestTimeout: own / 4 };
    const { success } = await this.fleet.call('heartbeat', { node, heartbeatInterval }, once);
    if (!success) await this.#activateAgain();
  }

  /** The page ends, or is put aside and stands still: the SuperLink is told at once. */
  #hide(isForGood: boolean): void {
    const nodeId = this.#id;
    this.fleet.sendLast('deactivateNode', { nodeId });
    if (isForGood && this.#isTemporary) this.fleet.sendLast('unregisterNode', { nodeId });
    if (this.#away !== undefined) return;
    let end = (): void => undefined;
    const isOver = new Promise<void>((resolve) => (end = resolve));
    this.#away = { isOver, end, isReturning: false };
  }

  /** The page is back: the node joins again, once for all events that tell it. */
  async #show(): Promise<void> {
    const away = this.#away;
    if (away === undefined || away.isReturning || this.settings.signal.aborted) return;
    away.isReturning = true;
    try {
      await this.#activate(true, 0);
    } catch {
      // A node that still counts as online only has to go on; another trouble is told by the next request.
    } finally {
      away.end();
      this.#away = undefined;
      this.#beat(0);
    }
  }

  /** Whether the key ends with the node, so that no program comes again with it. */
  get #isTemporary(): boolean {
    return this.#isRegistered && !this.settings.isKeyKept;
  }

  /** Ends the heartbeats and says goodbye, once and without waiting long: a server that is gone need not be told. */
  async leave(): Promise<void> {
    clearTimeout(this.#heartbeat);
    this.#unwatch();
    this.#away?.end();
    this.#away = undefined;
    const nodeId = this.#id;
    const last = this.fleet.withSignal(AbortSignal.timeout(LAST_SECONDS * 1000));
    const once = { maxWaitTime: 0 };
    try {
      await last.call('deactivateNode', { nodeId }, once);
      if (this.#isTemporary) await last.call('unregisterNode', { nodeId }, once);
    } catch {
      // The heartbeats end, which tells the same.
    }
  }
}
