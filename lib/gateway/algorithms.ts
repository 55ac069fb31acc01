/** Algorithm names of the command line, to the suites of a policy. */
import { ENCR, INTEG, PRF } from "../ike/mod.ts";
import { DEFAULT_POLICY, type Suite } from "../exchange/responder_policy.ts";

/** Ciphers that protect integrity too (RFC 5282, RFC 7634, RFC 8750): they go without an INTEG transform. */
const COMBINED_MODE: ReadonlySet<number> = new Set([14, 15, 16, 18, 19, 20, 25, 26, 27, 28, 29, 30, 31]);

/** Names as the command line has them; absent: the default policy's. */
export interface AlgorithmNames {
  /** `AES-GCM-16-256`, `AES-CBC-128`, `CHACHA20-POLY1305`. */
  readonly encr?: readonly string[];
  readonly prf?: readonly string[];
  readonly integ?: readonly string[];
}

function numbers(what: string, names: readonly string[], known: readonly { id: number; name: string }[]): number[] {
  return names.map((name) => {
    const found = known.find((entry) => entry.name === name.toUpperCase() || String(entry.id) === name);
    if (found === undefined) throw new TypeError(`Cannot accept ${what} "${name}": not known`);
    return found.id;
  });
}

function cipher(name: string): Suite["encr"][number] {
  const upper = name.toUpperCase();
  const whole = ENCR.find((entry) => entry.name === upper);
  if (whole !== undefined) return { id: whole.id };
  const split = /^(.+)-(\d+)$/.exec(upper);
  const found = ENCR.find((entry) => entry.name === split?.[1]);
  if (found === undefined) throw new TypeError(`Cannot accept cipher "${name}": not known; try AES-GCM-16-256`);
  return { id: found.id, keyBits: Number(split![2]) };
}

/**
 * The suites for these algorithms, combined-mode ciphers first.
 *
 * @throws {TypeError} with a sentence for the user, for a name that is not known.
 */
export function suitesFor(names: AlgorithmNames): readonly Suite[] {
  const encr = names.encr?.map(cipher) ?? DEFAULT_POLICY.suites.flatMap((suite) => suite.encr);
  const allPrf = [...new Set(DEFAULT_POLICY.suites.flatMap((suite) => suite.prf))];
  const prf = names.prf === undefined ? allPrf : numbers("PRF", names.prf, PRF);
  const allInteg = [...new Set(DEFAULT_POLICY.suites.flatMap((suite) => suite.integ))];
  const integ = names.integ === undefined ? allInteg : numbers("integrity algorithm", names.integ, INTEG);
  const combined = encr.filter(({ id }) => COMBINED_MODE.has(id));
  const others = encr.filter(({ id }) => !COMBINED_MODE.has(id));
  return [
    ...(combined.length === 0 ? [] : [{ encr: combined, prf, integ: [] }]),
    ...(others.length === 0 ? [] : [{ encr: others, prf, integ }]),
  ];
}
