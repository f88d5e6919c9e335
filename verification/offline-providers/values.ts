import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

/** A value that Terraform knows after apply only. */
export const UNKNOWN = Symbol('unknown');

/** The value of a block: attributes and nested blocks by name; null stands for "not there". */
export type Values = Record<string, unknown>;

/** A value on the wire: Terraform sends and expects MessagePack. */
export interface DynamicValue {
  readonly msgpack: Buffer;
}

/** Extension codes of unknown values: 0 plain, 12 with hints about the value, which may be ignored. */
const UNKNOWN_CODES = [0, 12] as const;

const extensionCodec = new ExtensionCodec();
for (const type of UNKNOWN_CODES) {
  extensionCodec.register({
    type,
    encode: (value) => (type === 0 && value === UNKNOWN ? new Uint8Array([0]) : null),
    decode: () => UNKNOWN,
  });
}

/** Reads a value; null where there is none. */
export function fromWire(value: DynamicValue | null | undefined): Values | null {
  if (value === null || value === undefined || value.msgpack.length === 0) return null;
  return decode(value.msgpack, { extensionCodec }) as Values | null;
}

export function toWire(value: Values | null): DynamicValue {
  return { msgpack: Buffer.from(encode(value, { extensionCodec })) };
}
