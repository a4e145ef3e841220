import type { Browser, Page } from "playwright-core";
import { loadChromium } from "./_chromium.ts";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
];

/** Keeps Chromium from talking to anybody, and from needing a desktop or a user. */
const quiet = [
  "--headless=new",
  "--no-sandbox",
  "--no-first-run",
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
];

/** Gives WebGPU a processor that plays a GPU, on machines without one too. */
const softwareGpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Path of Chromium, or undefined where it is not installed. */
export function findChromium(): string | undefined {
  const exists = (path: string) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  };
  return [Deno.env.get("CHROMIUM") ?? "", ...places].find((path) => path !== "" && exists(path));
}

/** A test in Chromium: skipped where there is none, except on CI, where that is a failure. */
export function browserTest(name: string, test: () => Promise<void>): void {
  const isMissing = findChromium() === undefined;
  const ignore = isMissing && Deno.env.get("CI") !== "true";
  Deno.test({ name: ignore ? `${name} (needs Chromium, or CHROMIUM=its path)` : name, ignore, fn: test });
}

/** How {@linkcode withPage} opens Chromium. */
export interface PageOptions {
  /** Whether it has WebGPU. */
  readonly webGpu: boolean;
  /** Runs before any script of the page. */
  readonly before?: string;
  /** Width of the window in pixels. Default 1280. */
  readonly width?: number;
}

/** Opens Chromium with one page, gives it to `use`, and closes it. Errors in the page fail the test. */
export async function withPage(options: PageOptions, use: (page: Page) => Promise<void>): Promise<void> {
  const browser = await launch(options.webGpu ? [...quiet, ...softwareGpu] : quiet);
  try {
    const page = await browser.newPage({ viewport: { width: options.width ?? 1280, height: 900 } });
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    if (options.before !== undefined) await page.addInitScript(options.before);
    await use(page);
    if (errors.length > 0) throw new Error(`Cannot pass as the page had errors: ${errors.join("; ")}`);
  } finally {
    await browser.close();
  }
}

async function launch(args: string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("Cannot test the page as Chromium is not installed");
  const chromium = await loadChromium();
  return await chromium.launch({ executablePath, args });
}
