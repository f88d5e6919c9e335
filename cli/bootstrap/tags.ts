/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** The wanted tags that are absent or have another value. Further tags are the account's own business and stay. */
export const missingTags = (wanted: Tags, present: Tags): Tags =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));

/** The values of the wanted tags in a set of tags, as text. */
export const tagsText = (wanted: Tags, present: Tags): string =>
  Object.keys(wanted)
    .sort()
    .map((key) => `${key}=${present[key] ?? '(none)'}`)
    .join(' ');
