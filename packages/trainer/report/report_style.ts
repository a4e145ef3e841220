/** Colours of pages and charts, light and dark: variables that drawings refer to. */
export const reportColors = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #ffffff; --line: #e2e5ea; --text: #1c2330; --muted: #667085;
  --main: #2f6fde; --twin: #d9791f; --sparse: rgba(47, 111, 222, 0.09);
  --run-0: #2f6fde; --run-1: #d9791f; --run-2: #1a8f5a; --run-3: #c2364b;
  --run-4: #7b4fd0; --run-5: #0c93a8; --run-6: #b0438f; --run-7: #7d7a13; 
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151c; --surface: #1a2029; --line: #2c3441; --text: #e7eaf0; --muted: #98a2b3;
    --main: #6ea2ff; --twin: #f0a04b; --sparse: rgba(110, 162, 255, 0.13);
    --run-0: #6ea2ff; --run-1: #f0a04b; --run-2: #4fc98e; --run-3: #f27a8b;
    --run-4: #b08ef5; --run-5: #4cc7da; --run-6: #e584c6; --run-7: #cbc75a;
  }
}
`;

/** The look of a report, wide and narrow. */
export const reportStyle = `${reportColors}* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 32px 20px 56px; max-width: 1080px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
header { margin-bottom: 20px; }
h1 { margin: 0; font-size: 24px; letter-spacing: -0.01em; }
h2 { margin: 0; font-size: 16px; }
p { margin: 2px 0 0; color: var(--muted); }
.notice { margin-top: 10px; padding: 8px 14px; color: var(--text); background: var(--surface); border: 1px solid var(--twin); border-radius: 12px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 16px; }
.tile, figure, section {
  background: var(--surface); border: 1px solid var(--line); border-radius: 12px;
}
.tile { padding: 12px 16px; }
.tile span { display: block; color: var(--muted); font-size: 13px; }
.tile strong { display: block; font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.3; }
.tile em { font-style: normal; font-size: 13px; color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; margin-bottom: 16px; }
figure { margin: 0; padding: 16px 18px 10px; min-width: 0; }
figure.large { grid-column: 1 / -1; }
figure > p { font-size: 14px; }
figure > div { margin-top: 8px; }
figure svg { display: block; width: 100%; height: auto; max-width: none; color: var(--text); font: 12px system-ui, sans-serif; overflow: visible; }
figure .narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 6px 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 13px; }
.legend i { display: inline-block; width: 14px; height: 3px; margin-right: 6px; border-radius: 2px; vertical-align: middle; background: var(--main); }
.legend i.twin { background: var(--twin); }
.legend i.band { height: 12px; background: var(--sparse); border: 1px solid var(--line); }
.legend i.ring { width: 9px; height: 9px; border-radius: 50%; background: none; border: 2px solid var(--text); }
section { padding: 16px 18px; margin-bottom: 16px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin-top: 8px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px 6px 0; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
th { color: var(--muted); font-weight: 500; }
th:first-child, td:first-child { text-align: left; }
td:first-child { white-space: normal; }
thead th { border-top: none; }
table.facts td { white-space: normal; overflow-wrap: anywhere; text-align: left; }
table.facts th { text-align: left; width: 11em; vertical-align: top; }
section p { margin-top: 8px; }
summary { cursor: pointer; font-weight: 600; }
pre { margin: 12px 0 0; overflow-x: auto; font-size: 13px; }
@media (max-width: 720px) {
  body { padding: 20px 12px 40px; }
  .charts { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  figure { padding: 14px 12px 8px; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
  section { padding: 14px 12px; }
  th, td { padding-right: 8px; }
  thead th { white-space: normal; }
  table, figure > p { font-size: 13px; }
  table.facts th { width: 6em; }
}
@media print { body { background: none; } figure, section, .tile { break-inside: avoid; } }
`;
