// How the page looks: type, space and few colours; light or dark as the reader's system is.

/** The style sheet. */
export const style = `:root {
  color-scheme: light dark;
  --paper: light-dark(#faf9f6, #161513);
  --sheet: light-dark(#ffffff, #1e1c1a);
  --ink: light-dark(#1c1b19, #ece8e1);
  --quiet: light-dark(#625e56, #a8a297);
  --rule: light-dark(#e2ded5, #35322d);
  --accent: light-dark(#8f3b1b, #eb9a72);
  --on-accent: light-dark(#ffffff, #1d1009);
  --good: light-dark(#226b45, #7fca9c);
  --warn: light-dark(#855300, #e5b961);
  --bad: light-dark(#a3262b, #f39189);
  --mono: ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
*, ::before { box-sizing: border-box; }
html { font: 100%/1.5 Inter, "Segoe UI Variable", system-ui, sans-serif; background: var(--paper); color: var(--ink); }
body { margin: 0 auto; max-width: 76rem; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; font-size: .9375rem; }
h1, h2, h3, p, ul, ol, dl, pre { margin: 0; }
ul, ol { padding: 0; list-style: none; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.quiet, caption, dt, .took, .clock { color: var(--quiet); font-weight: 400; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
pre, strong, .releases th[scope=row], .reason td { font-family: var(--mono); font-size: .8125rem; }
strong { font-size: .95em; font-weight: 600; }

.bar { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 2rem; padding: 1.25rem 0; border-bottom: 1px solid var(--rule); }
.bar h1 { font-size: .9375rem; font-weight: 600; letter-spacing: .01em; }
.bar nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.who { margin-left: auto; color: var(--quiet); display: flex; flex-wrap: wrap; gap: .25rem 1rem; }

.app { padding: clamp(2rem, 5vw, 3.5rem) 0 1.5rem; scroll-margin-top: 1rem; }
.app + .app { border-top: 1px solid var(--rule); }
.head { display: grid; grid-template-columns: 1fr auto; gap: .5rem 2rem; align-items: end; }
.head h2, .app > h2 { font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.1; font-weight: 600; letter-spacing: -.025em; overflow-wrap: anywhere; }
.lead { grid-column: 1; display: flex; flex-wrap: wrap; gap: 0 1.25rem; font-size: 1.0625rem; color: var(--quiet); }
.lead .state { color: var(--ink); }
.lead .state.bad { color: var(--bad); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; }
.head .actions { grid-area: 1 / 2 / 3; }

button, select, input { font: inherit; color: inherit; }
button { padding: .4rem .9rem; border: 1px solid var(--rule); border-radius: 6px; background: var(--sheet); cursor: pointer; }
button:hover { border-color: var(--quiet); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 550; }
button.main:hover { filter: brightness(1.1); }
button:disabled { opacity: .55; cursor: not-allowed; }
button[aria-busy] { cursor: progress; }
select { padding: .3rem .5rem; border: 1px solid var(--rule); border-radius: 6px; background: var(--sheet); max-width: 100%; }

.state { display: inline-block; }
.state::before { content: ""; display: inline-block; width: .55em; height: .55em; margin-right: .5em; border-radius: 50%; background: var(--quiet); vertical-align: .08em; }
.state.good::before { background: var(--good); }
.state.warn::before { background: var(--warn); border-radius: 1px; }
.state.bad::before { background: var(--bad); border-radius: 1px; transform: rotate(45deg); }
.state.bad { color: var(--bad); }
.state.idle::before { background: none; border: 1.5px solid var(--quiet); }
.tag { display: inline-block; margin-right: .35em; padding: 0 .5em; border: 1px solid var(--rule); border-radius: 1em; font-size: .8em; font-weight: 400; color: var(--quiet); }

.notice { margin-top: 1.5rem; padding: .1rem 0 .1rem 1.1rem; border-left: 3px solid var(--accent); }
.notice.warn { border-color: var(--warn); }
.notice .actions { margin-top: .75rem; }
.notice.bad { border-color: var(--bad); }
.notice h3 { font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; white-space: pre-line; }
.notice pre { margin: .5rem 0; }
.notice p, .notice li { margin-top: .25rem; }
.tail { display: flex; flex-direction: column-reverse; }
pre { overflow: auto; max-height: 22rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.55; }

.columns { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 4fr); gap: 1rem 4rem; margin-top: 2.25rem; }
.server + .server, .server + table { margin-top: 2.5rem; }
.server h3, .run h3, .plan h3 { font-size: 1rem; font-weight: 600; margin-bottom: .5rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .3rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.rows li { overflow-wrap: anywhere; }
.rows li + li { margin-top: .2rem; }
.rows .state { padding-left: 1.05em; text-indent: -1.05em; }

table { width: 100%; border-collapse: collapse; }
.history th[scope=row] { font-weight: 400; white-space: normal !important; }
.whole { white-space: nowrap; }
caption { text-align: left; padding-bottom: .5rem; font-weight: 600; color: var(--ink); font-size: 1rem; }
th, td { text-align: left; vertical-align: baseline; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
thead th { font-weight: 400; color: var(--quiet); border: 0; padding-top: 0; }
tr:not(.reason) :is(th, td:not(:last-child)) { white-space: nowrap; }
.reason td { border: 0; padding-top: 0; color: var(--quiet); max-width: 0; }

.run { margin-top: 2rem; padding: 1.25rem 1.5rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 10px; }
.steps { display: grid; gap: .15rem; }
.step { position: relative; padding-left: 1.6rem; }
.step::before { position: absolute; left: 0; width: 1em; text-align: center; content: "✓"; color: var(--good); }
.step.bad::before { content: "✗"; color: var(--bad); }
.step.bad .title { color: var(--bad); font-weight: 600; }
.step.running::before { content: ""; top: .22em; width: 1.05em; height: 1.05em; border: 2px solid var(--rule); border-top-color: var(--accent); border-radius: 50%; animation: turn 1s linear infinite; }
.step.running .title { font-weight: 600; }
.took, .clock { font-size: .8125rem; font-variant-numeric: tabular-nums; margin-left: .35rem; }
.note, .progress, .steps details { display: block; font-size: .875rem; color: var(--quiet); }
.note.warning { color: var(--warn); }
progress { accent-color: var(--accent); width: min(14rem, 50%); height: .5rem; margin: 0 .5rem 0 0; vertical-align: middle; }
.run h3 { width: fit-content; }
.run > button { margin-top: 1rem; }
@keyframes turn { to { transform: rotate(1turn); } }

summary { cursor: pointer; }
.logs { margin-top: 2rem; border-top: 1px solid var(--rule); padding-top: .9rem; }
.logs summary { font-weight: 600; }
.logs pre { min-height: 8rem; max-height: 26rem; padding: 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 8px; }
.field, .switch { display: block; margin: .75rem 0; }
.field select { margin-left: .35rem; }
.switch input { accent-color: var(--accent); width: 1rem; height: 1rem; margin: 0 .5rem 0 0; vertical-align: -.1rem; }

dialog { width: min(38rem, calc(100vw - 2rem)); max-height: calc(100vh - 3rem); --space: clamp(1.25rem, 4vw, 2rem); padding: var(--space); scroll-padding-bottom: 6rem; border: 1px solid var(--rule); border-radius: 12px; background: var(--paper); color: var(--ink); box-shadow: 0 1rem 4rem #0004; }
dialog::backdrop { background: #0006; }
dialog h2 { font-size: 1.375rem; font-weight: 600; letter-spacing: -.015em; margin-bottom: .75rem; }
dialog .notice { margin-top: 0; }
.plan { margin-top: 1.25rem; }
.plan ol { margin: .5rem 0; padding-left: 1.6rem; list-style: decimal; }
.plan li::marker { color: var(--quiet); font-variant-numeric: tabular-nums; }
.buttons { position: sticky; bottom: calc(-1 * var(--space)); display: flex; gap: .5rem; margin: .5rem 0 calc(-1 * var(--space)); padding: 1rem 0 var(--space); background: var(--paper); }

@media (max-width: 54rem) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 2.5rem; }
  .head { grid-template-columns: minmax(0, 1fr); }
  .head .actions { grid-area: auto; margin-top: .75rem; }
}
@media (max-width: 30rem) {
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .4rem; }
  .run { padding: 1rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: .45rem 0; border-top: 1px solid var(--rule); }
  tbody tr.reason { padding-top: 0; border: 0; }
  tbody :is(th, td) { padding: 0; border: 0; }
  tbody th { flex-basis: 100%; }
  td time::after { content: " ago"; }
  .reason td { max-width: none; margin-top: -.3rem; }
  .who { margin-left: 0; width: 100%; }
}
.lost .step.running::before { animation: none; }
#link.bad { position: fixed; right: 1rem; bottom: 1rem; z-index: 1; padding: .5rem .9rem; background: var(--sheet); border: 1px solid var(--bad); border-radius: 6px; }
@media (prefers-reduced-motion: reduce) { .step.running::before { animation: none; } }
`;

/** A gate between two towers. */
export const icon =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#a4502c" d="M1 1h2v2h1V1h2v3h4V1h2v2h1V1h2v14h-5v-4a2 2 0 0 0-4 0v4H1z"/></svg>`;
