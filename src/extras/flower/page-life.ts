// What becomes of the page that a node lives in. In Node and in workers nothing does.

/** What is told of the page. */
export interface PageLife {
  /** The page ends or is put aside. @param isForGood whether it cannot come back */
  readonly hide: (isForGood: boolean) => void;
  /** The page is back as it was. */
  readonly show: () => void;
  /** The page is in the background now, or in the foreground again. */
  readonly turn: () => void;
}

/** A `pagehide` or `pageshow`, or another event. */
interface PageEvent {
  /** Whether the page is kept, and may come back from the back-forward cache. */
  readonly persisted?: boolean;
}

type Listener = (event: PageEvent) => void;

interface Listens {
  addEventListener(type: string, listener: Listener): void;
  removeEventListener(type: string, listener: Listener): void;
}

interface PageDocument extends Listens {
  readonly visibilityState: string;
}

function pageDocument(): PageDocument | undefined {
  const found = (globalThis as { readonly document?: PageDocument }).document;
  return typeof found?.addEventListener === 'function' ? found : undefined;
}

/** Whether this is a page: one can be closed, reloaded or frozen. */
export function isPage(): boolean {
  return pageDocument() !== undefined;
}

/** Whether this is a page in the background, where timers may come once a minute. */
export function isInBackground(): boolean {
  return pageDocument()?.visibilityState === 'hidden';
}

/** Listens to the page until the function that it returns is called. */
export function watchPage({ hide, show, turn }: PageLife): () => void {
  const page = pageDocument();
  if (page === undefined) return () => undefined;
  const window = globalThis as unknown as Listens;
  const onShow: Listener = ({ persisted }) => {
    if (persisted === true) show();
  };
  const listeners: readonly (readonly [Listens, string, Listener])[] = [
    [window, 'pagehide', ({ persisted }) => hide(persisted !== true)],
    [window, 'pageshow', onShow],
    [page, 'freeze', () => hide(false)],
    [page, 'resume', show],
    [page, 'visibilitychange', turn],
  ];
  for (const [target, type, listener] of listeners) target.addEventListener(type, listener);
  return () => {
    for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
  };
}
