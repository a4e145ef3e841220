import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Draws a plot as SVG text, without a browser. */
export function drawSvg(options: Plot.PlotOptions): string {
  // Deno's types know no DOM, so linkedom's say less than what it gives.
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    document: NonNullable<Plot.PlotOptions["document"]>;
  };
  return Plot.plot({ ...options, document }).outerHTML;
}
