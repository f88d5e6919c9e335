/** A file of a stack, as its path in the JSON names it: `assets/<construct>/<hash>/<file>`. */
export interface AssetPath {
  readonly construct: string;
  readonly hash: string;
  readonly file: string;
}

export function parseAssetPath(value: unknown): AssetPath | undefined {
  if (typeof value !== 'string') return undefined;
  const [, construct, hash, file] = /^assets\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(value) ?? [];
  return construct === undefined || hash === undefined || file === undefined ? undefined : { construct, hash, file };
}

/** All files that a value names. */
export function assetPathsIn(value: unknown): AssetPath[] {
  const asset = parseAssetPath(value);
  if (asset !== undefined) return [asset];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(assetPathsIn);
}

/** The variable that holds an asset in the generated program. */
export const assetVariable = ({ construct }: AssetPath): string => `asset_${construct.replace(/\W/g, '_')}`;

/** A value as source code; a file's path becomes the path of its asset. */
export function literal(value: unknown): string {
  const asset = parseAssetPath(value);
  if (asset !== undefined) return `${assetVariable(asset)}.path`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`);
  return `{ ${entries.join(', ')} }`;
}
