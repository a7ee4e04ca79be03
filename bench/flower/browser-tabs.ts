// Tabs of a Chromium that behaves as on a desk: the tabs that Playwright opens always count as seen, so these are opened and
// asked by the protocol of the browser itself.
import { chromium } from 'playwright-core';
import type { CDPSession } from 'playwright-core';
import { launchOptions } from '../../scripts/browsers/chromium.mjs';

/** What Playwright sets, and what would keep timers of hidden tabs going. */
const NOT_ON_A_DESK = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-back-forward-cache',
];

/** One tab. */
export class Tab {
  #count = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  private constructor(
    private readonly browser: CDPSession,
    readonly targetId: string,
    private readonly sessionId: string,
  ) {
    browser.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return;
      const answer = JSON.parse(event.message) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** Opens a tab, which is then in front. @param newWindow whether in a window of its own: the first one needs that */
  static async open(browser: CDPSession, url: string, newWindow = false): Promise<Tab> {
    const { targetId } = await browser.send('Target.createTarget', { url, newWindow });
    const how = { targetId, flatten: false };
    const { sessionId } = await browser.send('Target.attachToTarget', how);
    return new Tab(browser, targetId, sessionId);
  }

  /** Brings the tab to the front: the others of its window are hidden. */
  async show(): Promise<void> {
    await this.browser.send('Target.activateTarget', { targetId: this.targetId });
  }

  /** Has a hidden tab frozen, as Chromium does after some minutes to save energy, or go on. */
  async setFrozen(isFrozen: boolean): Promise<void> {
    await this.#send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' });
  }

  /** The text that an expression gives in the page. */
  async evaluate(expression: string): Promise<string> {
    const answer = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
    return String(answer.result?.result?.value);
  }

  #send(method: string, params: object): Promise<Answer> {
    const id = ++this.#count;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    return this.browser
      .send('Target.sendMessageToTarget', { sessionId: this.sessionId, message })
      .then(() => answered);
  }
}

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** Starts Chromium, and gives what talks to it. */
export async function startBrowser(
  executablePath: string,
): Promise<{ readonly session: CDPSession; readonly close: () => Promise<void> }> {
  const browser = await chromium.launch({
    ...launchOptions(executablePath),
    ignoreDefaultArgs: NOT_ON_A_DESK,
  });
  return { session: await browser.newBrowserCDPSession(), close: () => browser.close() };
}
