import uPlotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import icon from "../page/icon.svg" with { type: "text" };
import runPage from "../page/run.html" with { type: "text" };
import baseStyle from "../page/style/base.css" with { type: "text" };
import controlsStyle from "../page/style/controls.css" with { type: "text" };
import figuresStyle from "../page/style/figures.css" with { type: "text" };
import progressStyle from "../page/style/progress.css" with { type: "text" };
import screensStyle from "../page/style/screens.css" with { type: "text" };
import trainPage from "../page/train.html" with { type: "text" };
import { bundleScripts } from "./bundle_scripts.ts";

/** Files of the page by path, such as `/train.html`. */
export type PageAssets = ReadonlyMap<string, PageAsset>;

/** One file of the page. */
export interface PageAsset {
  /** Its contents. */
  readonly body: string;
  /** Its media type. */
  readonly type: string;
}

const html = "text/html; charset=utf-8";
const css = "text/css; charset=utf-8";
const script = "text/javascript; charset=utf-8";

/** In this order: what comes later wins. */
const style = [uPlotStyle, baseStyle, controlsStyle, progressStyle, figuresStyle, screensStyle].join("\n");

/** Scripts of the page by name of the bundle. */
const entries = {
  train: new URL("../page/train_page.ts", import.meta.url),
  run: new URL("../page/run_page.ts", import.meta.url),
  worker: new URL("../page/training/worker.ts", import.meta.url),
} as const;

/**
 * Builds every file of the page in memory.
 *
 * @throws {Error} If a module is missing or does not parse
 */
export async function bundlePage(): Promise<PageAssets> {
  const scripts = await bundleScripts(entries);
  return new Map([
    ["/train.html", { body: trainPage, type: html }],
    ["/run.html", { body: runPage, type: html }],
    ["/icon.svg", { body: icon, type: "image/svg+xml" }],
    ["/style.css", { body: style, type: css }],
    ...scripts.entries().map(([path, body]) => [path, { body, type: script }] as const),
  ]);
}
