// The one look of all pages: light and dark, from a phone up. Colours are chosen for AA: text 4.5:1, edges of
// fields and buttons 3:1. What can be pressed is at least 44 px high.
export const palette = `
:root { color-scheme: light dark; --ink: #1a1f2b; --soft: #566074; --ground: #f3f5f9; --card: #fff; --line: #d5dae4; --edge: #7b8496; --act: #1f4fd1; --on-act: #fff; --act-over: #173da6; --bad: #b3261e; --bad-ground: #fdf1f0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef1f7; --soft: #a9b3c7; --ground: #10131a; --card: #1a1f2a; --line: #343c4d; --edge: #808ca3; --act: #9bb8ff; --on-act: #0d1526; --act-over: #bdd0ff; --bad: #ffb4ab; --bad-ground: #33201f }
}
`;

export const style = `${palette}* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { width: 100%; min-width: 0; max-width: 28rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; overflow-wrap: anywhere }
@media (max-width: 30rem) { body { place-items: start center; padding: .75rem } main { padding: 1.25rem } }
.product { margin: 0 0 1.25rem; color: var(--soft); font-size: .9rem; font-weight: 600 }
h1 { margin: 0 0 .75rem; font-size: 1.45rem; line-height: 1.25 }
h2 { margin: 0 0 .25rem; font-size: 1rem }
p { margin: 0 0 1rem }
bdi { font-weight: 600 }
a { color: var(--act); text-underline-offset: .2em }
.hint { color: var(--soft); font-size: .9rem }
.request { margin: 1.25rem 0 0 }
main > :last-child { margin-bottom: 0 }

dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 0 0 1.25rem; padding: 1rem 0; border: solid var(--line); border-width: 1px 0 }
dl:last-child { padding-bottom: 0; border-bottom: 0 }
dt { color: var(--soft) }
dd { margin: 0 }
dd small { display: block; color: var(--soft); font-size: .9rem }

.field { margin: 0 0 1.1rem }
.field > * { display: block }
label { margin: 0 0 .3rem; font-weight: 600 }
label small { font-size: .9rem; font-weight: 400; color: var(--soft) }
.field .hint { margin: 0 0 .4rem }
input { width: 100%; min-height: 3rem; padding: .6rem .8rem; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); color: var(--ink); font: inherit }
input[readonly] { background: var(--ground); border-color: var(--line) }
input[aria-invalid] { border: 2px solid var(--bad) }
.error { margin: 0 0 .4rem; color: var(--bad); font-size: .9rem; font-weight: 600 }
.errors { margin: 0 0 1.25rem; padding: 1rem; border: 1px solid var(--bad); border-left-width: 5px; border-radius: 9px; background: var(--bad-ground) }
.errors ul { margin: 0; padding: 0; list-style: none }
.errors a { display: flex; align-items: center; min-height: 2.75rem; color: var(--bad) }

button, .button { display: block; width: 100%; min-height: 3rem; padding: .6rem 1rem; border: 1px solid transparent; border-radius: 9px; background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; line-height: 1.7; text-align: center; text-decoration: none; cursor: pointer }
button:hover, .button:hover { background: var(--act-over) }
button.secondary { border-color: var(--edge); background: transparent; color: var(--ink) }
button.secondary:hover { border-color: var(--ink) }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; border-radius: 9px }

.wide { max-width: 46rem }
.wide h2 { margin-top: 1.75rem; font-size: 1.1rem }
.wide h3 { margin: 1rem 0 .25rem; font-size: .95rem; color: var(--soft) }
.wide nav { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin-top: 1.75rem; border-top: 1px solid var(--line); padding-top: .5rem }
.wide nav a, .wide li a { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .75rem; min-height: 2.75rem }
.wide ul { margin: 0; padding: 0; list-style: none }
.wide li a { text-decoration: none }
.wide li a:hover { text-decoration: underline }
summary { min-height: 2.75rem; padding: .6rem 0; color: var(--act); cursor: pointer }
code, pre { font: .9em/1.5 ui-monospace, monospace }
pre { margin: 0; padding: 1rem; border-radius: 9px; background: var(--ground); white-space: pre-wrap }
.apart { margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line) }
`;
