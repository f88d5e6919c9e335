import { finding, type Finding, type RuleHead } from './finding';

/**
 * A rule about one setting of a document. It names what is safe, not what is unsafe: so a missing setting (DMS then takes
 * its default, which is unsafe more often than not) and a misspelt value are found as well.
 */
export interface SettingRule<Context> extends RuleHead {
  /** The setting's path: `FullLoadSettings.TargetTablePrepMode`. */
  readonly setting: string;
  /** The safe values, or whether a value is safe. `undefined` is the setting left out. */
  readonly safe: readonly unknown[] | ((value: unknown, context: Context) => boolean);
  /**
   * What the value must be, as it follows the setting.
   * @default the safe values
   */
  readonly must?: string | ((context: Context) => string);
  /**
   * The contexts that the rule is about.
   * @default all
   */
  readonly appliesTo?: (context: Context) => boolean;
}

/** The findings of some rules about settings in a document. */
export function lintSettings<Context>(
  rules: readonly SettingRule<Context>[],
  document: object,
  context: Context,
): Finding[] {
  return rules
    .filter(({ appliesTo }) => appliesTo?.(context) ?? true)
    .flatMap((rule) => {
      const path = rule.setting.split('.');
      const value = valueAt(document, path);
      const isSafe = typeof rule.safe === 'function' ? rule.safe(value, context) : rule.safe.includes(value);
      return isSafe ? [] : [finding(rule, { path, value, must: mustOf(rule, context) })];
    });
}

const valueAt = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    document,
  );

function mustOf<Context>({ must, safe }: SettingRule<Context>, context: Context): string {
  if (typeof must === 'function') return must(context);
  if (must !== undefined) return must;
  if (typeof safe === 'function') return 'must be safe';
  const values = safe.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return values.length === 0 ? 'must be left out' : `must be ${values.join(' or ')}`;
}
