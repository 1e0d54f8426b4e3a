/** The page of the SaaS: quiet, so that what it embeds stands out by itself. */
export const SAAS_STYLE = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f4f5f2, #101413);
  --card: light-dark(#fff, #171d1b);
  --ink: light-dark(#1b2421, #e8eeeb);
  --quiet: light-dark(#56625d, #a3b0ab);
  --line: light-dark(#dfe4e0, #2a3330);
  --brand: light-dark(#0e6b5c, #74d3bf);
  --sf-accent: var(--brand);
  --sf-bg: var(--card);
  --sf-surface: light-dark(#f4f6f4, #1e2623);
  --sf-line: var(--line);
  --sf-fg: var(--ink);
  --sf-muted: var(--quiet);
  --sf-radius: 10px;
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background-color: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 'Open Sans', ui-sans-serif, system-ui, sans-serif;
}
p, h1, h2, ol { margin: 0; padding: 0; }
.top {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 16px;
  padding: 14px clamp(16px, 4vw, 40px);
  border-block-end: 1px solid var(--line);
  background-color: var(--card);
}
.brand {
  display: flex;
  align-items: center;
  gap: 10px;
  font-weight: 700;
  letter-spacing: -0.01em;
}
.merchant { color: var(--quiet); font-size: 0.9375rem; }
main {
  display: grid;
  grid-template: 'title title' auto 'flow aside' 1fr / minmax(0, 600px) minmax(260px, 380px);
  justify-content: center;
  align-items: start;
  gap: 32px clamp(24px, 4vw, 56px);
  padding: clamp(24px, 5vw, 56px) clamp(16px, 4vw, 40px);
}
.title { grid-area: title; }
sync-flow { grid-area: flow; min-block-size: 420px; }
aside { grid-area: aside; padding-block-start: 8px; }
.crumb { color: var(--quiet); font-size: 0.875rem; }
h1 {
  margin-block: 4px 8px;
  font-size: clamp(1.625rem, 4vw, 2rem);
  font-weight: 700;
  line-height: 1.2;
  letter-spacing: -0.02em;
}
.lead { color: var(--quiet); text-wrap: pretty; }
.linked {
  margin-inline-end: 8px;
  padding: 2px 10px;
  border-radius: 999px;
  background-color: color-mix(in srgb, var(--brand) 12%, var(--card));
  color: var(--brand);
  font-size: 0.8125rem;
  font-weight: 600;
}
h2 { margin-block-end: 6px; font-size: 1rem; font-weight: 700; }
aside > p { color: var(--quiet); font-size: 0.9375rem; text-wrap: pretty; }
code { font: 0.8125rem/1.5 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
ol { margin-block: 20px; list-style: none; }
li {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0 12px;
  padding: 0 0 16px 20px;
  border-inline-start: 1px solid var(--line);
  position: relative;
}
li::before {
  content: '';
  position: absolute;
  inset-block-start: 7px;
  inset-inline-start: -5px;
  inline-size: 9px;
  block-size: 9px;
  border: 2px solid var(--brand);
  border-radius: 50%;
  background-color: var(--paper);
}
li.heard::before { background-color: var(--brand); }
.what { font-size: 0.9375rem; font-weight: 600; }
.at { color: var(--quiet); font-size: 0.8125rem; line-height: 1.75; font-variant-numeric: tabular-nums; }
.detail { grid-column: 1 / -1; color: var(--quiet); }
.links { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 20px; }
button, a { min-block-size: 44px; font: inherit; font-size: 0.9375rem; }
button {
  padding: 8px 18px;
  border: 1px solid var(--quiet);
  border-radius: 10px;
  background: none;
  color: var(--ink);
  font-weight: 600;
  cursor: pointer;
}
button:hover { background-color: var(--card); }
a { display: inline-flex; align-items: center; color: var(--brand); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
@media (max-width: 860px) {
  main { grid-template: 'title' auto 'flow' auto 'aside' auto / minmax(0, 640px); }
}
@media (max-width: 480px) {
  main { gap: 24px; padding: 20px 12px; }
  .title { padding-inline: 4px; }
}
`;
