/** The style sheet: system fonts, both themes, from 320 pixels on. No colour carries a meaning alone. */
export const style = `
:root {
  color-scheme: light dark;
  --back: light-dark(#ffffff, #14171a);
  --card: light-dark(#f6f8fa, #1d2126);
  --text: light-dark(#1b1f24, #e6e9ed);
  --soft: light-dark(#57606a, #a3acb6);
  --line: light-dark(#d0d7de, #3a424b);
  --link: light-dark(#0a53be, #7db3ff);
  --good: light-dark(#116329, #5fd38d);
  --warn: light-dark(#7a4b00, #f2c04d);
  --bad: light-dark(#a40e26, #ff8e8e);
  --button: light-dark(#0a53be, #2f6fd6);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--back); padding: .5rem; z-index: 1; }
header.top { border-bottom: 1px solid var(--line); padding: .75rem 1rem; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; }
header.top .name { font-weight: 700; text-decoration: none; color: inherit; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; }
nav a[aria-current] { font-weight: 700; text-decoration: none; color: inherit; border-bottom: 3px solid var(--link); }
header.top .who { margin-left: auto; color: var(--soft); font-size: .875rem; display: flex; gap: .75rem; align-items: baseline; }
main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.state { font-size: 1.125rem; border-left: .375rem solid var(--good); padding: .75rem 1rem; background: var(--card); margin: 0 0 1rem; }
.state.waits { border-color: var(--warn); }
.state.bad { border-color: var(--bad); }
.card > h2:first-child { margin-top: 0; }
.state p { margin: 0; }
.card { border: 1px solid var(--line); background: var(--card); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
dl.facts { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre, .ranges { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; white-space: pre-wrap; }
.ranges { columns: 12rem; list-style: none; padding: 0; margin: 0 0 1rem; }
.status { font-weight: 600; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.soft { color: var(--soft); }
.add { color: var(--good); } .remove { color: var(--bad); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 0; padding: 0; list-style: none; }
.button, button { display: inline-block; font: inherit; padding: .375rem .875rem; border-radius: .375rem; border: 1px solid var(--line); background: var(--back); color: var(--text); text-decoration: none; cursor: pointer; min-height: 2.5rem; }
.button.first, button.first { background: var(--button); border-color: var(--button); color: #fff; }
form .field { margin: 0 0 1rem; max-width: 40rem; }
label { display: block; font-weight: 600; }
.hint { color: var(--soft); font-size: .875rem; }
input, textarea, select { font: inherit; width: 100%; padding: .375rem .5rem; border: 1px solid var(--soft); border-radius: .375rem; background: var(--back); color: var(--text); min-height: 2.5rem; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: 0 0 1rem; }
.filters .field { margin: 0; flex: 1 1 10rem; }
.text { max-width: 60rem; overflow-wrap: anywhere; }
img.chart { width: 100%; height: auto; }
footer { color: var(--soft); font-size: .875rem; border-top: 1px solid var(--line); padding: 1rem; margin-top: 2rem; }
@media (max-width: 40rem) {
  dl.facts { grid-template-columns: 1fr; }
  dl.facts dt { margin-top: .5rem; }
  header.top .who { margin-left: 0; }
}
`;
