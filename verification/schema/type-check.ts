import { isObject } from './json';
import type { TypeConstraint } from './provider-schema';
import { parseTemplateString } from './template-string';

/** A value that does not convert to the type it stands at. */
export interface TypeMismatch {
  /** Where inside the value, for instance `[0].cidr`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

/**
 * Where a value fails to convert to a type, by Terraform's own conversions: `"1"` serves as a number and 1 as a string;
 * a string that is one expression may be anything, as only Terraform knows its value, and one with text around an
 * expression is any string; null fits everywhere. A list or map never takes a string, and an object takes no attribute that
 * its type does not name.
 */
export function typeMismatches(value: unknown, type: TypeConstraint, path = ''): TypeMismatch[] {
  if (value === null || value === undefined || type === 'dynamic') return [];
  if (typeof value === 'string') {
    const { expressions, isOneExpression } = parseTemplateString(value);
    if (isOneExpression || (typeof type === 'string' && expressions.length > 0)) return [];
  }
  if (typeof type === 'string') {
    return convertsTo(value, type) ? [] : [{ path, message: `must be a ${type}, got ${quote(value)}` }];
  }
  switch (type[0]) {
    case 'list':
    case 'set': {
      const [kind, element] = type;
      if (!Array.isArray(value)) return [{ path, message: `must be a ${kind}, got ${quote(value)}` }];
      return value.flatMap((item, index) => typeMismatches(item, element, `${path}[${index}]`));
    }
    case 'map': {
      const element = type[1];
      if (!isObject(value)) return [{ path, message: `must be a map, got ${quote(value)}` }];
      return Object.entries(value).flatMap(([key, item]) => typeMismatches(item, element, `${path}[${quote(key)}]`));
    }
    case 'object': {
      const attributes = type[1];
      if (!isObject(value)) return [{ path, message: `must be an object, got ${quote(value)}` }];
      return Object.entries(value).flatMap(([key, item]) => {
        const attribute = attributes[key];
        if (attribute !== undefined) return typeMismatches(item, attribute, `${path}.${key}`);
        return [{ path: `${path}.${key}`, message: `must be one of ${Object.keys(attributes).join(', ')}` }];
      });
    }
    case 'tuple': {
      const elements = type[1];
      if (!Array.isArray(value) || value.length !== elements.length) {
        return [{ path, message: `must be a list of ${elements.length}, got ${quote(value)}` }];
      }
      return elements.flatMap((element, index) => typeMismatches(value[index], element, `${path}[${index}]`));
    }
  }
}

function convertsTo(value: unknown, type: 'string' | 'number' | 'bool'): boolean {
  switch (type) {
    case 'string':
      return ['string', 'number', 'boolean'].includes(typeof value);
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value));
    case 'bool':
      return typeof value === 'boolean' || ['true', 'false', '1', '0'].includes(value as string);
  }
}

/** The value for a message: as JSON, cut where it is long. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
