// The other end of a `Session`, in the worker: what a handler throws becomes a message to the page.

export interface Failure {
  readonly type: 'failure';
  readonly message: string;
}

type Handler<Request> = (request: Request) => void | Promise<void>;

/** Handles requests one after the other, in the order in which they come. */
export function answerWith<Request>(handle: Handler<Request>): void {
  let before: Promise<void> = Promise.resolve();
  addEventListener('message', ({ data }: MessageEvent<Request>) => {
    before = before.then(() => handle(data)).catch(fail);
  });
}

export function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  postMessage({ type: 'failure', message } satisfies Failure);
}
