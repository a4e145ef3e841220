import { escapeHtml } from "./_html.ts";
import { reportStyle } from "./report_style.ts";

/**
 * A page with its style in it, which loads nothing.
 *
 * @param title Title of the window
 * @param body HTML
 * @returns The document
 */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · beyond24</title>
<style>${reportStyle}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
