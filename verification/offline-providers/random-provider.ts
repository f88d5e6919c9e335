import { randomBytes, randomInt } from 'node:crypto';
import type { OfflineProvider } from './provider';
import { RANDOM_SCHEMA } from './random-schema';
import { UNKNOWN, type Values } from './values';

const CHARACTERS = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numeric: '0123456789',
  special: '!@#$%&*()-_=+[]{}<>:?',
} as const;

type CharacterClass = keyof typeof CHARACTERS;

const CLASSES = Object.keys(CHARACTERS) as CharacterClass[];

/**
 * The random provider with the resources that the stacks use, for machines that cannot download it. Its values are as
 * random as those of the real one.
 */
export const RANDOM_PROVIDER: OfflineProvider = {
  source: 'hashicorp/random',
  schema: RANDOM_SCHEMA,
  lifecycle: {
    replaceOnChange: true,
    create: (type, planned) => (type === 'random_id' ? id(planned) : { ...password(planned), id: 'none' }),
    open: (_type, config) => password(config),
  },
};

const isSet = (value: unknown): boolean => value !== null && value !== undefined && value !== UNKNOWN;

const integer = (value: unknown): number => (isSet(value) ? Number(value) : 0);

/** A password by its arguments, and the arguments with the provider's defaults: all four classes, no minimum. */
function password(values: Values): Values {
  const classes = CLASSES.filter((name) => !isSet(values[name]) || values[name] === true);
  const alphabet = (name: CharacterClass): string =>
    name === 'special' && isSet(values.override_special) ? String(values.override_special) : CHARACTERS[name];
  const minimum = (name: CharacterClass): number => integer(values[`min_${name}`]);
  const required = classes.flatMap((name) => draw(alphabet(name), minimum(name)));
  const rest = draw(classes.map(alphabet).join(''), integer(values.length) - required.length);
  return {
    ...values,
    ...record(
      (name) => name,
      (name) => classes.includes(name),
    ),
    ...record((name) => `min_${name}`, minimum),
    ...('number' in values ? { number: classes.includes('numeric') } : {}),
    result: shuffled([...required, ...rest]).join(''),
  };
}

const record = (key: (name: CharacterClass) => string, value: (name: CharacterClass) => unknown): Values =>
  Object.fromEntries(CLASSES.map((name) => [key(name), value(name)]));

const draw = (alphabet: string, count: number): string[] =>
  Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));

function shuffled(items: readonly string[]): string[] {
  return items
    .map((item) => ({ item, order: randomInt(2 ** 32) }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function id(values: Values): Values {
  const bytes = randomBytes(integer(values.byte_length));
  const prefix = isSet(values.prefix) ? String(values.prefix) : '';
  const url = bytes.toString('base64url');
  return {
    ...values,
    id: url,
    b64_std: `${prefix}${bytes.toString('base64')}`,
    b64_url: `${prefix}${url}`,
    hex: `${prefix}${bytes.toString('hex')}`,
    dec: `${prefix}${BigInt(`0x0${bytes.toString('hex')}`)}`,
  };
}
