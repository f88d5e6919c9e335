import { Address4 } from 'ip-address';

/** An IPv4 network: every address from `first` to `last`. */
export interface Cidr {
  /** As it was written, host bits included: `10.0.0.5/16`. */
  readonly text: string;
  /** Without host bits: `10.0.0.0/16`. */
  readonly canonical: string;
  /** Length of the network part, 0 to 32 bits. */
  readonly prefixLength: number;
  /** The lowest address, as a number. */
  readonly first: bigint;
  /** The highest address, as a number. */
  readonly last: bigint;
}

/**
 * The prefix lengths that AWS accepts for a VPC and for a subnet: /16 is the largest block, /28 the smallest.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export const VPC_PREFIX_LENGTH = { shortest: 16, longest: 28 } as const;

/**
 * An IPv4 network in CIDR notation. The prefix length is required; host bits are accepted (see `isCanonicalCidr`).
 * Undefined when the text is anything else: IPv6, an address alone, octets or lengths with leading zeros, blanks.
 */
export function parseCidr(text: string): Cidr | undefined {
  // Rules compare every network with every other one, and the library parses by regular expressions.
  if (!parsed.has(text)) parsed.set(text, parse(text));
  return parsed.get(text);
}

const parsed = new Map<string, Cidr | undefined>();

function parse(text: string): Cidr | undefined {
  if (!Address4.isValid(text)) return undefined;
  const address = new Address4(text);
  // Empty for an address alone, `08` for a length that other programs may read as octal.
  if (address.parsedSubnet !== `${address.subnetMask}`) return undefined;
  return {
    text,
    canonical: address.networkForm(),
    prefixLength: address.subnetMask,
    first: address.startAddress().bigInt(),
    last: address.endAddress().bigInt(),
  };
}

/** Whether a text is an IPv4 network in CIDR notation without host bits, the only form that AWS keeps as it is. */
export function isCanonicalCidr(text: string): boolean {
  return parseCidr(text)?.canonical === text;
}

/** Whether every address of `inner` is in `outer`; a network contains itself. False when either is no network. */
export function cidrContains(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && a.first <= b.first && b.last <= a.last;
}

/** Whether two networks have an address in common. False when either is no network. */
export function cidrsOverlap(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}

/** Whether a text is a canonical network of a size that AWS accepts for a VPC or a subnet: /16 to /28. */
export function isVpcSizedCidr(text: string): boolean {
  const cidr = parseCidr(text);
  return (
    cidr?.canonical === text &&
    cidr.prefixLength >= VPC_PREFIX_LENGTH.shortest &&
    cidr.prefixLength <= VPC_PREFIX_LENGTH.longest
  );
}
