import fc from 'fast-check';
import { COMMANDS, ZOMBIES } from './commands';
import { BEGINNINGS, type Setting, Stage } from './stage';
import type { Weakening } from './weakening';

const SETTINGS: fc.Arbitrary<Setting> = fc.record({
  kind: fc.constantFrom('native', 'dms'),
  begins: fc.constantFrom(...BEGINNINGS.slice(0, 3), ...BEGINNINGS.slice(1)),
  onTable: fc.integer({ min: 0, max: 3 }).map((number) => number === 3),
  abortsAtEnd: fc.boolean(),
});

export interface PropertyOptions {
  /** @default every guard stands */
  readonly weak?: ReadonlySet<Weakening>;
  /** @default as drawn */
  readonly setting?: Partial<Setting>;
  /** Whether only that happens which brings executors that were overtaken. @default false */
  readonly zombies?: boolean;
  /** Which commands of a run are replayed, as fast-check prints it. @default all */
  readonly replayPath?: string;
  /** Called after each run. @default nothing */
  readonly onRun?: () => void;
}

/** Whatever happens, the invariants hold at every moment; and at the end a rollback brings everything back. */
export function migrationProperty({
  weak = new Set(),
  setting: fixed = {},
  zombies = false,
  replayPath,
  onRun,
}: PropertyOptions = {}) {
  return fc.asyncProperty(
    SETTINGS,
    fc.commands(zombies ? ZOMBIES : COMMANDS, {
      maxCommands: 40,
      size: 'max',
      ...(replayPath === undefined ? {} : { replayPath }),
    }),
    async (drawn, commands) => {
      const setting = { ...drawn, ...fixed };
      let stage: Stage | undefined;
      try {
        stage = await Stage.set(setting, weak);
        await fc.asyncModelRun(() => ({ model: {}, real: stage as Stage }), commands);
        await stage.rollBack();
      } catch (error) {
        if (error instanceof Error && stage !== undefined) {
          error.message += `\n${stage.place.world.describe()}\nlast calls:\n${stage.told.slice(-TOLD).join('\n')}`;
        }
        throw error;
      } finally {
        onRun?.();
      }
    },
  );
}

/** So many calls are told of a run that failed. */
const TOLD = Number(process.env['MODEL_TOLD'] ?? 60);
