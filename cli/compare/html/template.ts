/** Everything in two braces is escaped by Handlebars. */
export const TEMPLATE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{title}}</title>
<style>{{{style}}}</style>
</head>
<body>
<main>
<h1>Comparison of two PostgreSQL databases</h1>
<section class="verdict {{verdict}}" aria-label="Verdict">
<p><strong>{{verdictText}}</strong></p>
<p>{{verdictMeaning}}</p>
</section>
<table>
<caption>What was compared</caption>
<thead><tr><th scope="col"></th><th scope="col">Source</th><th scope="col">Target</th></tr></thead>
<tbody>
{{#each servers}}<tr><th scope="row">{{name}}</th><td>{{source}}</td><td>{{target}}</td></tr>
{{/each}}
</tbody>
</table>
<p>{{modeText}} From <time datetime="{{startedAt}}">{{startedAt}}</time> to <time datetime="{{finishedAt}}">{{finishedAt}}</time> ({{duration}}).</p>

<h2>Reasons</h2>
{{#if reasons}}<ul>
{{#each reasons}}<li>{{this}}</li>
{{/each}}</ul>
{{else}}<p>None: every part is equal.</p>
{{/if}}

<h2>Tables</h2>
<p>{{tablesText}}</p>
{{#if tables}}<table>
<caption>Rows of each table</caption>
<thead><tr><th scope="col">Table</th><th scope="col">Verdict</th><th scope="col">Rows, source</th><th scope="col">Rows, target</th><th scope="col">Missing on target</th><th scope="col">Missing on source</th><th scope="col">Changed</th><th scope="col">Still changing</th><th scope="col">Method</th><th scope="col">Chunks</th><th scope="col">Seconds</th><th scope="col">Rows/s</th></tr></thead>
<tbody>
{{#each tables}}<tr class="{{verdict}}"><th scope="row">{{name}}</th><td>{{verdict}}{{#if problem}}: {{problem}}{{/if}}</td><td class="number">{{source}}</td><td class="number">{{target}}</td><td class="number">{{missingOnTarget}}</td><td class="number">{{missingOnSource}}</td><td class="number">{{changed}}</td><td class="number">{{undecided}}</td><td>{{method}}</td><td class="number">{{chunks}}</td><td class="number">{{seconds}}</td><td class="number">{{rowsPerSecond}}</td></tr>
{{/each}}
</tbody>
</table>{{/if}}

<h2>Differing rows</h2>
{{#if differing}}{{#each differing}}<h3>{{name}}</h3>
<table>
<caption>{{caption}}</caption>
<thead><tr><th scope="col">Row</th><th scope="col">Difference</th><th scope="col">Column</th><th scope="col">Source</th><th scope="col">Target</th></tr></thead>
<tbody>
{{#each rows}}<tr><th scope="row">{{#each key}}<code>{{name}} = {{> value this}}</code>{{#unless @last}}, {{/unless}}{{else}}(left out){{/each}}</th><td>{{kind}}</td><td>{{#if column}}<code>{{column}}</code>{{/if}}</td><td>{{#if column}}{{> value source}}{{/if}}</td><td>{{#if column}}{{> value target}}{{/if}}</td></tr>
{{/each}}
</tbody>
</table>
{{/each}}{{else}}<p>{{noDifference}}</p>
{{/if}}

<h2>Schema</h2>
<p>{{schemaText}}</p>
{{#if schema}}<table>
<caption>Differences of the schemas</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">Object</th><th scope="col">Source</th><th scope="col">Target</th></tr></thead>
<tbody>
{{#each schema}}<tr><td>{{kind}}</td><th scope="row"><code>{{object}}</code></th><td>{{#if source}}<code>{{source}}</code>{{else}}<span class="null">not there</span>{{/if}}</td><td>{{#if target}}<code>{{target}}</code>{{else}}<span class="null">not there</span>{{/if}}</td></tr>
{{/each}}
</tbody>
</table>{{/if}}

<h2>Sequences</h2>
{{#if sequences}}<table>
<caption>Last values, and the furthest value that a column holds</caption>
<thead><tr><th scope="col">Sequence</th><th scope="col">Verdict</th><th scope="col">Column</th><th scope="col">Source</th><th scope="col">Target</th><th scope="col">Used</th></tr></thead>
<tbody>
{{#each sequences}}<tr><th scope="row">{{name}}</th><td>{{verdict}}{{#if problem}}: {{problem}}{{/if}}</td><td>{{column}}</td><td class="number">{{source}}</td><td class="number">{{target}}</td><td class="number">{{used}}</td></tr>
{{/each}}
</tbody>
</table>
{{#if setvals}}<p>To be run on the target, before it is written:</p>
<pre>{{#each setvals}}{{this}}
{{/each}}</pre>{{/if}}
{{else}}<p>{{noSequences}}</p>
{{/if}}

<h2>Ledger</h2>
{{#if ledger}}<table>
<caption>Reconciliation</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">Compared</th><th scope="col">Differing</th></tr></thead>
<tbody>
{{#each ledger}}<tr><th scope="row">{{name}}</th><td>{{verdict}}{{#if problem}}: {{problem}}{{/if}}{{#if basis}} ({{basis}}){{/if}}</td><td class="number">{{compared}}</td><td class="number">{{differing}}</td></tr>
{{/each}}
</tbody>
</table>
{{#if ledgerDifferences}}<table>
<caption>First differences of the ledger</caption>
<thead><tr><th scope="col">Check</th><th scope="col">About</th><th scope="col">Source</th><th scope="col">Target</th><th scope="col">What</th></tr></thead>
<tbody>
{{#each ledgerDifferences}}<tr><td>{{check}}</td><th scope="row">{{subject}}</th><td>{{source}}</td><td>{{target}}</td><td>{{message}}</td></tr>
{{/each}}
</tbody>
</table>{{/if}}
{{else}}<p>{{noLedger}}</p>
{{/if}}

<h2>What was not compared</h2>
{{#if notCompared}}<table>
<caption>Left out</caption>
<thead><tr><th scope="col">Object</th><th scope="col">Reason</th><th scope="col">Asked for</th></tr></thead>
<tbody>
{{#each notCompared}}<tr><th scope="row">{{object}}</th><td>{{reason}}</td><td>{{asked}}</td></tr>
{{/each}}
</tbody>
</table>
{{else}}<p>Nothing was left out.</p>
{{/if}}

<h2>How it was read</h2>
{{#if basis}}<ul>
{{#each basis}}<li>{{this}}</li>
{{/each}}</ul>
{{else}}<p>No rows were read.</p>
{{/if}}
</main>
<footer>Made from report.json, format version {{formatVersion}}.</footer>
</body>
</html>
`;

/** A value as PostgreSQL prints it, which NULL must not be mistaken for, nor a text of no characters. */
export const VALUE = `{{#if isText}}<code>{{text}}</code>{{else}}<span class="null">{{text}}</span>{{/if}}`;
