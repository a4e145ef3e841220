/** Value of a colour variable of the style sheet, such as `--main`. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Colour of an expert: hues evenly around the circle, equally light, lighter on dark ground. */
export function expertColor(expert: number, experts: number): string {
  const hue = (258 + 360 * expert / Math.max(4, experts)) % 360;
  return `oklch(${color("--expert-lightness")} 0.15 ${hue})`;
}

/** Calls back when the person switches between light and dark. */
export function onSchemeChange(callback: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
}
