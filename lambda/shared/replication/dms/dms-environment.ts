/** Where a function finds the tasks and the slots: variables of its environment. */
export const DMS_ENVIRONMENT = [
  'LOAD_TASK_ARN',
  'FORWARD_TASK_ARN',
  'REVERSE_TASK_ARN',
  'FORWARD_SLOT',
  'REVERSE_SLOT',
] as const;

/** Their values. */
export type DmsSettings = Readonly<Record<(typeof DMS_ENVIRONMENT)[number], string>>;
