#pragma once

namespace voicestand::bench::html {

// The page's style sheet. Text and marks keep a contrast of at least 4.5 and 3 to the ground, light and dark.
inline constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ground: #ffffff; --sunk: #f3f5f7; --text: #1b1f24; --faint: #57606a; --rule: #d0d7de;
  --ours: #0b5cad; --other: #57606a; --before: #b35900; --mean: #7a3aa8; --good: #1a7f37; --bad: #b42318; --mild: #8a5d00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f1419; --sunk: #171e26; --text: #e6edf3; --faint: #9aa7b4; --rule: #30363d;
    --ours: #6cb6ff; --other: #9aa7b4; --before: #f0a35e; --mean: #d2a8ff; --good: #57c46b; --bad: #ff7b72; --mild: #e3b341; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
a { color: var(--ours); }
p { margin: .25rem 0; max-width: 60rem; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--mild); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; } th[scope=rowgroup] { padding-top: 1.2rem; font-size: 1rem; }
td ul { list-style: none; margin: 0; padding: 0; white-space: nowrap; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 1rem; margin-top: .8rem; }
figure { margin: 0; background: var(--sunk); border-radius: .4rem; padding: .5rem; }
figcaption { font-size: .85rem; color: var(--faint); padding: 0 .4rem .2rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--text); }
svg text.x, svg text.name { text-anchor: middle; } svg text.y { text-anchor: end; }
.grid, .axis { stroke: var(--rule); fill: none; } .axis { stroke: var(--faint); }
.ours { --ink: var(--ours); } .other { --ink: var(--other); } .before { --ink: var(--before); } .mean { --ink: var(--mean); }
.median { --ink: var(--text); } .interval { --ink: var(--text); } .mild { --ink: var(--mild); } .severe { --ink: var(--bad); }
.line { stroke: var(--ink); stroke-width: 1.6; fill: none; } .line.mean { stroke-dasharray: 5 3; } .line.strong { stroke-width: 3; }
.line.before { stroke-dasharray: 7 3; }
.area { fill: var(--ink); fill-opacity: .18; stroke: none; } .area.box { fill-opacity: .35; stroke: var(--ink); }
.dots { stroke: var(--ink); stroke-width: 4; stroke-linecap: round; stroke-opacity: .75; fill: none; }
.dots.mild { stroke-linecap: square; stroke-width: 5; stroke-opacity: 1; }
.dots.severe { stroke-linecap: square; stroke-width: 8; stroke-opacity: 1; } .dots.key { stroke-width: 9; stroke-opacity: 1; }
svg text.row { fill: var(--ink); }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
)";

}  // namespace voicestand::bench::html
