import type { SeedGenerator } from '../../random/index.js';
import { elementKind, type ItemKind } from './item-kind.js';
import type { Element } from './element.js';
import { andThen, type Reader } from './reader.js';

/** One run through a pipeline. */
export interface Pass {
  /** Where shuffles without a seed of their own draw theirs; undefined if there is none. */
  readonly generator: SeedGenerator | undefined;
  /** Whatever waits for somebody else fails with its reason as soon as it is aborted. */
  readonly signal: AbortSignal | undefined;
}

/** A step of a pipeline: knows how to make its items, holds none until it is opened. */
export interface Stage<T> {
  readonly kind: ItemKind<T>;
  /** Items of one pass: a number, Infinity, or undefined if that is not known. */
  readonly size: number | undefined;
  /** The stages that it reads. */
  readonly upstream: readonly Stage<unknown>[];
  open(pass: Pass): Reader<T>;
  /** Gives back what it holds between passes. */
  dispose?(): void;
}

/** A stage whose items are elements. */
export function elementsOf<T>(stage: Stage<T>): Stage<Element> {
  if ((stage.kind as ItemKind<unknown>) === elementKind) return stage as unknown as Stage<Element>;
  return {
    kind: elementKind,
    size: stage.size,
    upstream: [stage],
    open(pass) {
      const reader = stage.open(pass);
      return {
        next: () =>
          andThen(reader.next(), (item) =>
            item === undefined ? undefined : stage.kind.element(item),
          ),
        close: () => reader.close(),
      };
    },
  };
}
