// Firefox and WebKit (the engine of Safari, in GTK's browser), if they are installed; none is ever downloaded. They need no
// driver: each is started with an empty profile on one page, which reports to the server by itself.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Settings with which Firefox only opens the page: no update, no report, no tour. */
const preferences = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

/** The first of some programs that is on the PATH. */
function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

/** GTK's small browser, which no PATH names: /usr/lib/<machine>/webkit2gtk-4.1/MiniBrowser, the newest. */
function miniBrowser() {
  const libraries = ['/usr/lib', '/usr/libexec'].filter((folder) => existsSync(folder));
  const folders = libraries.flatMap((folder) => [folder, ...subfolders(folder)]);
  return folders
    .flatMap((folder) => subfolders(folder).filter((sub) => /\/webkit(2gtk|gtk)-[\d.]+$/.test(sub)))
    .map((folder) => path.join(folder, 'MiniBrowser'))
    .filter((file) => existsSync(file))
    .sort()
    .at(-1);
}

function subfolders(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}

/** Starts a program in a group of its own, so that all its processes end with it. */
function start(command, args, options) {
  const child = spawn(command, args, { stdio: 'ignore', detached: true, ...options });
  let hasEnded = false;
  const ended = new Promise((resolve) => {
    child.on('error', resolve);
    child.on('exit', resolve);
  }).then(() => (hasEnded = true));
  return {
    child,
    async end() {
      if (!hasEnded) process.kill(-child.pid);
      await ended;
    },
  };
}

/** A screen that is not shown; undefined where there is a screen already. */
async function hiddenScreen() {
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return undefined;
  const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    screen.child.stdio[3].on('data', (data) => resolve(String(data).trim()));
    screen.child.on('exit', () => reject(new Error('Xvfb has ended')));
  });
  return { display: `:${number}`, end: screen.end };
}

function emptyFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-browser-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { folder, remove };
}

const firefoxPath = () => onPath('firefox-esr', 'firefox');

/** Starts Firefox without a window and with an empty profile; gives its end. */
export function startFirefox(options, settings = {}) {
  const { folder, remove } = emptyFolder();
  const lines = Object.entries({ ...preferences, ...settings }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(path.join(folder, 'user.js'), lines.join(''));
  const browser = start(firefoxPath(), [
    ...['--headless', '--no-remote', '--profile', folder],
    ...options,
  ]);
  return async () => {
    await browser.end();
    remove();
  };
}

const firefox = {
  name: 'Firefox',
  missing: () =>
    firefoxPath() === undefined ? 'firefox-esr or firefox is not installed' : undefined,
  open: async (url) => startFirefox([url]),
};

const webkit = {
  name: 'WebKitGTK',
  missing() {
    if (miniBrowser() === undefined) return 'the MiniBrowser of WebKitGTK is not installed';
    const hasScreen = process.env.DISPLAY || process.env.WAYLAND_DISPLAY || onPath('Xvfb');
    return hasScreen ? undefined : 'there is no screen, and Xvfb is not installed';
  },
  async open(url) {
    const { folder, remove } = emptyFolder();
    const screen = await hiddenScreen();
    const env = {
      ...process.env,
      ...(screen === undefined ? {} : { DISPLAY: screen.display }),
      XDG_CACHE_HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      // Safari shares memory in isolated pages by itself; here the engine has to be asked.
      JSC_useSharedArrayBuffer: '1',
    };
    const browser = start(miniBrowser(), [url], { env });
    return async () => {
      await browser.end();
      await screen?.end();
      remove();
    };
  },
};

/** What is told of a browser: its name, why it cannot be used, and `open(url)`, which gives its end. */
export const otherBrowsers = { firefox, webkit };
