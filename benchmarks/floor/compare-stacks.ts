import { isObject, type Json } from '../../verification/schema/json';

/**
 * Where the floor's stack differs from the app's: paths, at most `limit` of them. Comments, which hold paths of constructs,
 * and the order of keys play no part.
 */
export function differences(app: unknown, floor: unknown, limit = 10): string[] {
  return allDifferences(app, floor, '').slice(0, limit);
}

function allDifferences(app: unknown, floor: unknown, path: string): string[] {
  if (Array.isArray(app) && Array.isArray(floor) && app.length === floor.length) {
    return app.flatMap((item, index) => allDifferences(item, floor[index], `${path}[${index}]`));
  }
  if (isObject(app) && isObject(floor)) {
    return keysOf(app, floor).flatMap((key) =>
      allDifferences(app[key], floor[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(app) === JSON.stringify(floor) ? [] : [path];
}

const keysOf = (a: Json, b: Json): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => key !== '//').sort();
