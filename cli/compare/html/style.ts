/** In the page itself: a report is one file, on the screen and on paper. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
.verdict { border-left: .5rem solid; padding: .8rem 1rem; margin: 1rem 0; }
.verdict p { margin: .2rem 0; }
.verdict strong { font-size: 1.3rem; }
.equal { border-color: #1b6e3c; background: #eef8f1; }
.different { border-color: #a61b1b; background: #fdf0f0; }
.unknown { border-color: #8a5a00; background: #fff7e6; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; color: #444; padding: .2rem 0; }
th, td { border: 1px solid #c8c8c8; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { background: #f2f2f2; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.equal td, tr.equal th { background: none; }
code, pre { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { background: #f6f6f6; border: 1px solid #ddd; padding: .6rem; }
.null { color: #666; font-style: italic; }
footer { margin-top: 3rem; color: #555; font-size: .85rem; }
@media print {
  body { font-size: 10.5px; margin: 0; max-width: none; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  .verdict, thead th { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
