// The style of the mailbox pages: light and dark, from a phone upwards.
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dce3, #353a45); --soft: light-dark(#5b6270, #a3abba);
  --back: light-dark(#f6f7f9, #14161a); --card: light-dark(#fff, #1d2026); --ink: light-dark(#1a1d23, #e9ebf0);
  --link: light-dark(#2348c5, #9db5ff); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
a { color: var(--link); }
a:focus-visible, input:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h1 small { font-size: .875rem; font-weight: 400; color: var(--soft); }
form { display: flex; gap: .5rem; margin-bottom: 1rem; }
label { display: flex; gap: .5rem; align-items: center; flex: 1; max-width: 26rem; }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; padding: .4rem .7rem; min-width: 0; }
input { width: 100%; }
ol { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
li + li { border-top: 1px solid var(--line); }
li a { display: grid; grid-template-columns: 1fr 16rem auto; gap: .1rem 1rem; padding: .75rem 1rem;
  color: inherit; text-decoration: none; }
li a:hover strong { text-decoration: underline; }
li a > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
li span, time { color: var(--soft); font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.views { display: flex; gap: .25rem; margin-bottom: -1px; }
.views a { padding: .4rem .9rem; border: 1px solid transparent; border-radius: .5rem .5rem 0 0; text-decoration: none; }
.views a[aria-current] { background: var(--card); border-color: var(--line); border-bottom-color: var(--card);
  color: inherit; font-weight: 600; }
iframe, pre { display: block; width: 100%; margin: 0; border: 1px solid var(--line); border-radius: 0 .5rem .5rem .5rem; }
iframe { height: 75vh; background: light-dark(#fff, #1d2026); }
pre { padding: 1rem; background: var(--card); white-space: pre-wrap; overflow-wrap: anywhere; font: 15px/1.55 ui-monospace, monospace; }
.empty { padding: 3rem 1rem; text-align: center; color: var(--soft); }
@media (max-width: 40rem) { li a { grid-template-columns: 1fr; } }
`;
