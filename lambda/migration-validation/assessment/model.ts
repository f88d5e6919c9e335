import * as z from 'zod/mini';
import { facts } from './facts-model';

/**
 * How much a finding weighs.
 * - `blocker`: data or the migration would be lost: nothing is replicated before it is gone.
 * - `warning`: it takes a decision or a step of its own.
 * - `info`: worth knowing.
 */
export const severity = z.enum(['blocker', 'warning', 'info']);

/** One thing that stands against replicating the source. */
export const finding = z.object({
  /** The rule's id, as docs/assessment.md lists it. */
  id: z.string(),
  severity,
  /** What it is about: a setting, a table, a column, a role. `target: ` before it where it is the target's. */
  object: z.string(),
  /** What happens otherwise. */
  reason: z.string(),
  /** The statement or the setting that removes it. */
  fix: z.string(),
  /** AWS's or PostgreSQL's page that says so. */
  page: z.string(),
  /** What was found. @default the object says it all */
  value: z.optional(z.union([z.string(), z.number(), z.boolean()])),
  /** Somebody has decided to live with it: it blocks no more. @default false */
  accepted: z.optional(z.boolean()),
});

/** A rule that could not be applied to something: never to be taken for a pass. */
export const unknown = z.object({
  /** The rule's id. */
  id: z.string(),
  object: z.string(),
  reason: z.string(),
  /** What lets the next run tell. */
  fix: z.string(),
});

/** A rule that was not asked for, because what it compares with was not given. */
export const notAsked = z.object({ id: z.string(), reason: z.string() });

export const assessment = z.object({
  formatVersion: z.literal(1),
  /** `unknown`: something could not be seen; it outranks `blocked`. */
  verdict: z.enum(['ready', 'blocked', 'unknown']),
  findings: z.array(finding),
  unknown: z.array(unknown),
  notAsked: z.array(notAsked),
  facts,
});

export type Severity = z.infer<typeof severity>;
export type Finding = z.infer<typeof finding>;
export type Unknown = z.infer<typeof unknown>;
export type NotAsked = z.infer<typeof notAsked>;
export type Assessment = z.infer<typeof assessment>;
