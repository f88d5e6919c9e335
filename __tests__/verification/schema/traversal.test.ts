import { describe, expect, test } from '@jest/globals';
import { parseTemplateString } from '../../../verification/schema/template-string';
import { traversalsInExpression, traversalsInString } from '../../../verification/schema/traversal';

describe('a string of Terraform JSON', () => {
  test.each([
    ['plain', [], false],
    ['${a.b}', ['a.b'], true],
    ['x${a.b}', ['a.b'], false],
    ['${a.b}${c.d}', ['a.b', 'c.d'], false],
    ['$${a.b}', [], false],
    ['%%{ if a }', [], false],
    ['%{ if a.b }x%{ endif }', [' if a.b ', ' endif '], false],
    ['${f({a = "}"})}', ['f({a = "}"})'], true],
    ['${"in ${a.b} out"}', ['"in ${a.b} out"'], true],
    ['${"quoted \\" brace }"}', ['"quoted \\" brace }"'], true],
    ['${never closed', ['never closed'], false],
  ])('%s holds the expressions %j', (text, expressions, isOneExpression) => {
    expect(parseTemplateString(text)).toEqual({ expressions, isOneExpression });
  });
});

describe('an expression', () => {
  const texts = (expression: string): string[] => traversalsInExpression(expression).map(({ text }) => text);

  test.each([
    ['aws_vpc.Main.id', ['aws_vpc.Main.id']],
    ['100 - var.weight', ['var.weight']],
    ['var.on ? aws_a.b.c : aws_d.e.f', ['var.on', 'aws_a.b.c', 'aws_d.e.f']],
    ['join(",", aws_a.b[*].id)', ['aws_a.b[*].id']],
    ['aws_a.b[var.key].id', ['aws_a.b', 'var.key']],
    ['"text ${aws_a.b.c} text"', ['aws_a.b.c']],
    ['[for zone in var.zones : zone.name]', ['var.zones']],
    ['{for k, v in local.map : k => v.id}', ['local.map']],
    ['provider::aws::arn_parse(var.arn)', ['var.arn']],
    ['true && null == false', []],
    ['1.5e3 + 2', []],
  ])('%s refers to %j', (expression, expected) => {
    // What a name alone refers to, such as an object's key, is no resource.
    expect(texts(expression).filter((text) => /[.[]/.test(text))).toEqual(expected);
  });

  test('keeps attributes, indexes and splats apart', () => {
    expect(traversalsInString('${data.aws_x.y[0]["k"].z.1.*}')).toEqual([
      {
        root: 'data',
        steps: [
          { attribute: 'aws_x' },
          { attribute: 'y' },
          { index: 0 },
          { index: 'k' },
          { attribute: 'z' },
          { index: 1 },
          { any: true },
        ],
        text: 'data.aws_x.y[0]["k"].z.1.*',
      },
    ]);
  });
});
