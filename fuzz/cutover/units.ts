/** Something that is about to happen, and happens when its unit is chosen. */
interface Parked {
  readonly label: string;
  /** @default a pause of the machine itself, which no function makes */
  readonly invocation?: Invocation;
  /** When it is over. @default it is a call, not a pause */
  readonly wakeAt?: number;
  readonly happen: () => void;
}

/** Time, as far as units need it. */
export interface Time {
  now: number;
  advanceTo(moment: number): void;
}

/**
 * Something that acts on its own: an execution, or a function that nobody waits for any more. It stands at its next call of a
 * port, and goes on to the one after when it is chosen. So the order of the calls of all units is the chooser's.
 */
export class Unit {
  readonly parked: Parked[] = [];
  ended = false;
  private onReady: (() => void) | undefined;

  constructor(
    readonly name: string,
    protected readonly time: Time,
  ) {}

  park(parked: Parked): void {
    this.parked.push(parked);
    this.ready();
  }

  end(): void {
    this.ended = true;
    this.parked.length = 0;
    this.ready();
  }

  /** A pause that ends when the unit is chosen, and not before its time. */
  pause(milliseconds: number, label = 'pause', invocation?: Invocation): Promise<void> {
    return new Promise((resolve) => {
      const wakeAt = this.time.now + milliseconds;
      this.park({ label, wakeAt, happen: resolve, ...(invocation === undefined ? {} : { invocation }) });
    });
  }

  /** What it stands before. @default it has ended */
  next(): string | undefined {
    return this.parked[0]?.label;
  }

  /** Lets the next thing happen. @returns what it was; undefined when the unit has ended */
  async step(): Promise<string | undefined> {
    await this.settled();
    const next = this.parked.shift();
    if (next === undefined) return undefined;
    if (next.wakeAt !== undefined) this.time.advanceTo(next.wakeAt);
    if (next.invocation !== undefined && this.time.now > next.invocation.deadline)
      next.invocation.die('Sandbox.Timedout');
    else next.happen();
    await this.settled();
    return next.label;
  }

  /** Resolves when it stands somewhere, or has ended. */
  async settled(): Promise<void> {
    while (this.parked.length === 0 && !this.ended) await new Promise<void>((resolve) => (this.onReady = resolve));
  }

  private ready(): void {
    this.onReady?.();
    this.onReady = undefined;
  }
}

/** How long a function may take, in milliseconds. */
const INVOCATION_MS = 120_000;
/** What a pause may grow to when many follow each other, in milliseconds: whoever polls is sometimes slow. */
const LONGEST_PAUSE_MS = 10_000;

/** One invocation of a function. Every call of a port that it makes is parked at its unit. */
export class Invocation {
  readonly deadline: number;
  private dead = false;
  private pauses = 0;
  private refuse: ((error: Error) => void) | undefined;

  constructor(
    public unit: Unit,
    private readonly time: Time,
  ) {
    this.deadline = time.now + INVOCATION_MS;
  }

  readonly clock = {
    now: (): number => this.time.now,
    sleep: (milliseconds: number): Promise<void> => {
      if (this.dead) return NEVER;
      this.pauses += 1;
      const grown = Math.min(LONGEST_PAUSE_MS, 2 ** this.pauses);
      return this.unit.pause(Math.max(milliseconds, grown), 'sleep', this);
    },
  };

  remainingMs = (): number => Math.max(0, this.deadline - this.time.now);

  /** A call of a port: its effect is there when the unit is chosen. */
  call<Result>(label: string, effect: () => Promise<Result>): Promise<Result> {
    if (this.dead) return NEVER;
    return new Promise((resolve, reject) => {
      this.unit.park({ label, invocation: this, happen: () => void effect().then(resolve, reject) });
    });
  }

  /** Runs a function. @returns its answer, or what becomes of it */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.refuse = reject;
      void work()
        .then(resolve, reject)
        .finally(() => {
          if (this.unit instanceof Orphan) this.unit.end();
        });
    });
  }

  /** Its caller is told of an error; it goes on by itself. @returns the unit that it is then */
  detach(errorName: string | undefined): Orphan {
    const orphan = new Orphan(`orphan of ${this.unit.name}`, this.time);
    const mine = this.unit.parked.filter(({ invocation }) => invocation === this);
    orphan.parked.push(...mine);
    this.forget();
    this.unit = orphan;
    if (errorName !== undefined) this.refuse?.(named(errorName));
    return orphan;
  }

  /** Ends it where it stands; its caller is told. */
  die(errorName: string): void {
    this.dead = true;
    this.forget();
    if (this.unit instanceof Orphan) this.unit.end();
    this.refuse?.(named(errorName));
  }

  /** Ends it right after its next call had its effect. */
  async dieAfterEffect(errorName: string): Promise<void> {
    const index = this.unit.parked.findIndex(({ invocation, wakeAt }) => invocation === this && wakeAt === undefined);
    const [next] = index < 0 ? [] : this.unit.parked.splice(index, 1);
    this.dead = true;
    next?.happen();
    await new Promise((resolve) => setImmediate(resolve));
    this.die(errorName);
  }

  private forget(): void {
    const { parked } = this.unit;
    for (let index = parked.length - 1; index >= 0; index -= 1) {
      if (parked[index]?.invocation === this) parked.splice(index, 1);
    }
  }
}

/** An invocation that nobody waits for any more, and that may still have effects. */
export class Orphan extends Unit {}

const NEVER = new Promise<never>(() => undefined);

/** Lambda passes on the name of an error. */
const named = (name: string): Error => Object.assign(new Error('the invocation was lost'), { name });
