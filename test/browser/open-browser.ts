import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium; another one by CHROMIUM. */
const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';

export const haveBrowser = existsSync(executablePath);

/** Why there is no browser, for the name of a skipped test. */
export const noBrowser = `needs Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM`;

/** A browser without a window, which asks nobody but the pages that it is sent to. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses to start its sandbox as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
