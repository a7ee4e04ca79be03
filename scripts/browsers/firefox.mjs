// Firefox, driven by Marionette, which it has itself: commands and answers are JSON on a socket of this machine. A page has
// what the tests of the site ask of a page of playwright, as far as they do so in Firefox.
import { connect, createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
import { startFirefox } from './other-browsers.mjs';

const COMMAND_MS = 180_000;
const START_MS = 60_000;

/** A port that is free now. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A socket on which Marionette has answered; it takes a while until Firefox listens. */
async function connected(port) {
  const until = Date.now() + START_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return socket;
    if (Date.now() > until) throw new Error(`Firefox does not listen after ${START_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Commands and their answers: each is its length in bytes, a colon, and JSON. */
class Marionette {
  #socket;
  #received = Buffer.alloc(0);
  #waiting = new Map();
  #last = 0;

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#giveUp(error));
    socket.on('close', () => this.#giveUp(new Error('Firefox has ended')));
  }

  send(name, parameters = {}) {
    const id = ++this.#last;
    const text = JSON.stringify([0, id, name, parameters]);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, name });
      this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #take(data) {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString());
      if (this.#received.length < end) return;
      const [, id, error, value] = JSON.parse(this.#received.subarray(colon + 1, end).toString());
      this.#received = this.#received.subarray(end);
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null) waiting?.resolve(value);
      else waiting?.reject(new Error(`Firefox, ${waiting.name}: ${error.message}`));
    }
  }

  #giveUp(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Gives the errors in the console whose file is of an address, and empties the console. */
const ERRORS = `
  const found = [];
  for (const message of Services.console.getMessageArray()) {
    const error = message instanceof Ci.nsIScriptError ? message : undefined;
    const isError = error !== undefined && (error.flags & Ci.nsIScriptError.warningFlag) === 0;
    if (isError && error.sourceName.startsWith(arguments[0]))
      found.push(error.errorMessage + ' (' + error.sourceName + ':' + error.lineNumber + ')');
  }
  Services.console.reset();
  return found;
`;

class Page {
  isFirefox = true;
  #driver;

  constructor(driver) {
    this.#driver = driver;
  }

  /** The page gets this size; a window cannot be as narrow as a phone. */
  async setViewportSize({ width, height }) {
    await this.#inBrowser(
      `const { style } = window.gBrowser.selectedBrowser;
      style.minWidth = style.maxWidth = arguments[0] + 'px';
      style.minHeight = style.maxHeight = arguments[1] + 'px';`,
      [width, height],
    );
  }

  /** Whether pages are asked to be dark; light unless `colorScheme` says so. */
  async emulateMedia({ colorScheme }) {
    await this.#inBrowser(
      `Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', arguments[0]);`,
      [colorScheme === 'dark' ? 0 : 1],
    );
  }

  async goto(url) {
    await this.#driver.send('WebDriver:Navigate', { url });
  }

  /** The value of a function in the page, or of a program; it may be a promise. */
  async evaluate(work, argument) {
    const { value } = await this.#driver.send('WebDriver:ExecuteAsyncScript', {
      script: `
        const [text, argument, tell] = arguments;
        (async () => {
          const work = window.eval(text);
          return typeof work === 'function' ? work(argument) : undefined;
        })().then(
          (value) => tell({ value }),
          (error) => tell({ error: String(error) }),
        );`,
      args: [typeof work === 'function' ? `(${work})` : `${work}\n;0`, argument ?? null],
    });
    if (value.error !== undefined) throw new Error(value.error);
    return value.value;
  }

  async waitForFunction(work, argument, { timeout = 30_000 } = {}) {
    const until = Date.now() + timeout;
    for (;;) {
      if (await this.evaluate(work, argument)) return;
      if (Date.now() > until) throw new Error(`after ${timeout} ms it is not so: ${work}`);
      await this.waitForTimeout(100);
    }
  }

  waitForTimeout(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  async screenshot({ path, fullPage = false }) {
    const { value } = await this.#driver.send('WebDriver:TakeScreenshot', { full: fullPage });
    writeFileSync(path, Buffer.from(value, 'base64'));
  }

  /** Errors that pages of an address have told the console since the last call. */
  errorsOf(origin) {
    return this.#inBrowser(ERRORS, [origin]);
  }

  /** The result of a program that may do what Firefox itself may. */
  async #inBrowser(script, args) {
    await this.#driver.send('Marionette:SetContext', { value: 'chrome' });
    try {
      return (await this.#driver.send('WebDriver:ExecuteScript', { script, args })).value;
    } finally {
      await this.#driver.send('Marionette:SetContext', { value: 'content' });
    }
  }
}

/**
 * Starts the installed Firefox without a window.
 *
 * @returns its only page and `close`
 */
export async function launchFirefox() {
  const port = await freePort();
  // Errors of pages stand in the console, which only Firefox itself may read.
  const end = startFirefox(['--marionette', '--remote-allow-system-access'], {
    'marionette.port': port,
  });
  try {
    const driver = new Marionette(await connected(port));
    await driver.send('WebDriver:NewSession', {
      capabilities: { alwaysMatch: { timeouts: { script: COMMAND_MS, pageLoad: COMMAND_MS } } },
    });
    const close = async () => {
      driver.close();
      await end();
    };
    return { page: new Page(driver), close };
  } catch (error) {
    await end();
    throw error;
  }
}
