import { describe, expect, test } from '@jest/globals';
import { renderHtml } from '../../../cli/compare/html/render-html';
import { sampleReport, tableResult } from '../../lambda/migration-validation/report/sample-report';

const differing = sampleReport({
  verdict: 'different',
  reasons: ['payments.entries: 1 row changed.'],
  tables: [
    tableResult({
      verdict: 'different',
      counts: { missingOnTarget: 0, missingOnSource: 1, changed: 1 },
      differences: [
        {
          kind: 'changed',
          key: { id: '<img src=x onerror=alert(1)>' },
          columns: [
            { name: 'amount', source: '10.00', target: '"1" & 2' },
            { name: 'note', source: null, target: '' },
          ],
        },
        { kind: 'missing-on-source', key: { id: '9' } },
      ],
    }),
  ],
  schema: {
    verdict: 'different',
    tablesCompared: 1,
    differences: [{ kind: 'index', object: 'payments.entries.i', source: 'CREATE INDEX i' }],
  },
  sequences: [
    {
      schema: 'payments',
      name: 's',
      verdict: 'different',
      source: '7',
      target: '5',
      used: '6',
      setval: "SELECT setval('payments.s', 7)",
    },
  ],
  ledger: [
    {
      name: 'sums',
      verdict: 'different',
      compared: 10,
      differing: 1,
      differences: [{ check: 'sums', subject: 'account 1', source: '1', target: '2', message: 'differs' }],
    },
  ],
  notCompared: [{ object: 'payments.writer_epoch', reason: 'says whether', asked: true }],
});

/** The texts of the page, without markup. */
const textOf = (html: string): string =>
  html
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of a report', () => {
  test('begins with the verdict and the reasons, and shows every part', () => {
    const text = textOf(renderHtml(differing));
    const order = ['Different', '1 row changed', 'Rows of each table', 'Differing rows', 'Differences of the schemas'];
    const rest = [
      'SELECT setval(&#x27;payments.s&#x27;, 7)',
      'account 1',
      'payments.writer_epoch',
      'The source was read in',
    ];
    const places = [...order, ...rest].map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).toContain('1 min 5 s');
  });

  test('escapes what comes from the databases, and holds no script, nor a link to elsewhere', () => {
    const html = renderHtml(differing);
    expect(html).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
    expect(html).toContain('&quot;1&quot; &amp; 2');
    expect(html).not.toMatch(/<(script|img|link|iframe|object)|https?:/i);
    expect(html).toContain("default-src 'none'");
  });

  test('tells NULL and empty texts from values', () => {
    const html = renderHtml(differing);
    expect(html).toContain('<span class="null">NULL</span>');
    expect(html).toContain('<span class="null">empty text</span>');
  });

  test('of equal databases says so, and what was not there', () => {
    const text = textOf(renderHtml(sampleReport()));
    expect(text).toContain('Equal Everything that was compared is the same on both sides');
    expect(text).toContain('None: every part is equal.');
    expect(text).toContain('No row differs.');
    expect(text).toContain('The ledger&#x27;s tables are in neither database.');
    expect(text).toContain('Nothing was left out.');
  });

  test('of a comparison that could not tell does not look like a proof', () => {
    const html = renderHtml(
      sampleReport({ verdict: 'unknown', tables: [tableResult({ verdict: 'unknown', problem: 'no right' })] }),
    );
    expect(html).toContain('class="verdict unknown"');
    expect(textOf(html)).toContain('Could not tell A part was not compared.');
    expect(textOf(html)).toContain('unknown: no right');
  });

  test('has headers of rows and columns in each table', () => {
    const html = renderHtml(differing);
    const tables = html.split('<table>').slice(1);
    expect(tables.length).toBeGreaterThan(6);
    for (const table of tables) {
      expect(table).toContain('<caption>');
      expect(table).toContain('<th scope="col">');
      expect(table).toContain('<th scope="row">');
    }
  });
});
