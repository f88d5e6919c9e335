import { AURORA_EXTENSIONS } from '../aurora-extensions';
import { PAGES } from '../pages';
import { rule, type Rule } from '../rule';

/** Rules about extensions. */
export const EXTENSION_RULES: readonly Rule[] = [
  rule(
    ['extensions', 'target'],
    {
      id: 'extension-unavailable',
      severity: 'blocker',
      reason: 'the target does not offer it: what uses its types, functions or indexes cannot be created there',
      fix: 'do without it (DROP EXTENSION <extension>, when nothing uses it), or choose a target that has it',
      page: PAGES.auroraExtensions,
    },
    ({ extensions, target: { availableExtensions } }) => {
      const available = new Set(availableExtensions.map(({ name }) => name));
      return extensions
        .filter(({ name }) => !available.has(name))
        .map(({ name, version }) => ({ object: name, value: version }));
    },
  ),
  rule(
    ['extensions'],
    {
      id: 'extension-unlisted',
      severity: 'warning',
      reason: "it is not among Aurora's that this program knows: what uses it may not be created there",
      fix: "look it up on AWS's page for the target's version, or run this with --target, whose own list is asked",
      page: PAGES.auroraExtensions,
    },
    // A target's own list is better than this one.
    ({ extensions, target }) =>
      target !== undefined
        ? []
        : extensions
            .filter(({ name }) => !AURORA_EXTENSIONS.has(name))
            .map(({ name, version }) => ({ object: name, value: version })),
  ),
];
