#pragma once
// The style sheet of the report.
#include <string_view>

namespace solemn::audit {

inline constexpr std::string_view kStyle = R"css(
:root{--ink:#1c2330;--soft:#5b6676;--line:#d9dee6;--page:#ffffff;--card:#f6f8fb;--good:#1a7f4b;--bad:#b3261e;--open:#9a6700;--link:#3659c9}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b6;--line:#303a48;--page:#12171f;--card:#1a212c;--good:#56c88a;--bad:#ff8a80;--open:#e3b341;--link:#8fabff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:70rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.25rem;margin:2.6rem 0 .8rem;padding-top:.6rem;border-top:1px solid var(--line)}
p{margin:.4rem 0}
.soft{color:var(--soft)}
.verdict{display:flex;gap:1rem;align-items:center;background:var(--card);border:1px solid var(--line);border-left:.5rem solid var(--mark);border-radius:.5rem;padding:1rem 1.2rem;margin:1.4rem 0}
.verdict strong{font-size:1.3rem;color:var(--mark);white-space:nowrap}
.good{--mark:var(--good)}.bad{--mark:var(--bad)}.open{--mark:var(--open)}
.tag{display:inline-block;min-width:5.2rem;padding:0 .5rem;border:1px solid var(--mark);border-radius:1rem;color:var(--mark);font-size:.82rem;text-align:center;white-space:nowrap}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.94rem}
td code{white-space:nowrap}
.soft,.seen{overflow-wrap:anywhere}
.seen{min-width:12rem}
.time,.short{white-space:nowrap}
.wide main{max-width:96rem}
.wide .key{max-width:24rem}
.wide th{white-space:normal}
.wide .key code{display:block;white-space:normal;overflow-wrap:anywhere}
.lines>span{display:block;padding-left:1rem;text-indent:-1rem}
.entropy{min-width:11rem;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);white-space:nowrap}
code,.hash{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,monospace;font-size:.86em}
.hash{display:block;white-space:pre;line-height:1.5;font-size:.8rem}
.words{display:block;color:var(--soft);font-size:.86rem;line-height:1.45}
details{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.55rem .9rem;margin:.5rem 0}
summary{cursor:pointer}
svg{width:100%;min-width:46rem;height:auto;display:block}
svg text{fill:var(--ink);font:17px system-ui,"DejaVu Sans",sans-serif}
svg .soft{fill:var(--soft)}
svg .box{fill:var(--card);stroke:var(--mark,var(--line));stroke-width:1.5}
svg .arrow{stroke:var(--soft);stroke-width:1.5;fill:none}
svg .bar{fill:var(--link)}
svg .axis{stroke:var(--line)}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--card:#fff;--good:#14613a;--bad:#8c1d18;--open:#6b4a00}main{max-width:none;padding:0}svg{min-width:0}.scroll{overflow:visible}table{font-size:.8rem}th,td{padding:.35rem .4rem}.hash{font-size:.6rem}.words{font-size:.72rem}.seen,.entropy{min-width:0}details{border:0;padding:0}details::details-content{content-visibility:visible;block-size:auto}summary,h2,h3{break-after:avoid}tr{break-inside:avoid}}
)css";

}  // namespace solemn::audit
