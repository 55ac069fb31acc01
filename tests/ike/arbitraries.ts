/** Arbitrary messages for property tests: everything that the types allow and the wire can carry. */
import fc from "fast-check";
import type { Attribute, OutgoingMessage, Payload, Proposal, Transform } from "../../lib/ike/mod.ts";

const octet = fc.integer({ min: 0, max: 255 });
const uint16 = fc.integer({ min: 0, max: 65535 });

/** Up to so many octets. */
export function octets(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength });
}

const spi = fc.uint8Array({ minLength: 8, maxLength: 8 });

const attribute: fc.Arbitrary<Attribute> = fc.record({
  type: fc.oneof(fc.constant(14), fc.integer({ min: 0, max: 0x7fff })),
  value: fc.oneof(uint16, octets(8)),
});

/** A RESERVED field: absent, as it should be, or not zero. */
function maybe<K extends string>(name: K, most: number): fc.Arbitrary<{ [P in K]?: number }> {
  const value = fc.option(fc.integer({ min: 1, max: most }), { nil: undefined, freq: 8 });
  return value.map((n) => (n === undefined ? {} : { [name]: n }) as { [P in K]?: number });
}

function merge<A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([x, y]) => ({ ...x, ...y }));
}

const transform: fc.Arbitrary<Transform> = merge(
  fc.record({ type: octet, id: uint16, attributes: fc.array(attribute, { maxLength: 3 }) }),
  merge(maybe("reserved", 255), maybe("reserved2", 255)),
);

const proposal: fc.Arbitrary<Proposal> = merge(
  fc.record({
    number: octet,
    protocolId: octet,
    spi: octets(8),
    transforms: fc.array(transform, { maxLength: 6 }),
  }),
  maybe("reserved", 255),
);

const base = merge(fc.record({ critical: fc.boolean() }), maybe("reservedBits", 127));
const data = octets(48);

/** Types whose contents are read, the end of the chain, and the encrypted ones, which can only be last. */
const NOT_UNKNOWN = [0, 33, 34, 38, 40, 41, 43, 46, 53, 54];

/** Any payload but an encrypted one. */
export const payload: fc.Arbitrary<Payload> = fc.oneof(
  merge(base, fc.record({ kind: fc.constant("SA" as const), proposals: fc.array(proposal, { maxLength: 3 }) })),
  merge(base, merge(fc.record({ kind: fc.constant("KE" as const), group: uint16, data }), maybe("reserved", 65535))),
  merge(base, fc.record({ kind: fc.constant("Nonce" as const), data })),
  merge(
    base,
    fc.record({ kind: fc.constant("N" as const), protocolId: octet, spi: octets(8), type: uint16, data }),
  ),
  merge(base, fc.record({ kind: fc.constant("V" as const), data })),
  merge(base, fc.record({ kind: fc.constant("CERTREQ" as const), encoding: octet, data })),
  merge(base, fc.record({ kind: fc.constant("PS" as const), data })),
  merge(
    base,
    fc.record({
      kind: fc.constant("unknown" as const),
      type: octet.filter((type) => !NOT_UNKNOWN.includes(type)),
      data,
    }),
  ),
);

const encrypted: fc.Arbitrary<Payload> = merge(
  base,
  merge(
    fc.record({ kind: fc.constant("unknown" as const), type: fc.constantFrom(46, 53), data }),
    maybe("inner", 255),
  ),
);

const payloads = fc.tuple(fc.array(payload, { maxLength: 6 }), fc.option(encrypted, { nil: undefined, freq: 4 }))
  .map(([list, last]) => last === undefined ? list : [...list, last]);

/** Any message of version 2. */
export const message: fc.Arbitrary<OutgoingMessage & { majorVersion: number; minorVersion: number }> = fc.record({
  initiatorSpi: spi,
  responderSpi: spi,
  exchangeType: octet,
  flags: octet,
  messageId: fc.integer({ min: 0, max: 0xffffffff }),
  majorVersion: fc.constant(2),
  minorVersion: fc.integer({ min: 0, max: 15 }),
  payloads,
});
