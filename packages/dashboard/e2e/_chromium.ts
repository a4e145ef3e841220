import fs from "node:fs";
import type { BrowserType } from "playwright-core";

/**
 * Playwright's Chromium. When it is loaded it asks whether a file under /proc/sys exists, for which Deno wants all
 * permissions there are and throws; Node's `existsSync` never throws, so for once neither does Deno's.
 */
export async function loadChromium(): Promise<BrowserType> {
  const { existsSync } = fs;
  fs.existsSync = (path) => {
    try {
      return existsSync(path);
    } catch {
      return false;
    }
  };
  try {
    const { chromium } = await import("playwright-core");
    return chromium;
  } finally {
    fs.existsSync = existsSync;
  }
}
