/** Reading DER (X.690), as far as certificates need it: bounded, and never beyond the element that is read. */

/** Universal and context-specific tags, as their identifier octet. */
export const TAG = {
  OID: 0x06,
  UTF8_STRING: 0x0c,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
  /** Constructed, context-specific: TBSCertificate's version and extensions. */
  CONTEXT_0: 0xa0,
  CONTEXT_3: 0xa3,
} as const;

/** An element: its identifier octet, its content, and where the next one begins. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

/**
 * The element at a place.
 *
 * @throws {RangeError} when it is cut off, or its length is of a form that DER has not
 */
export function readElement(octets: Uint8Array, at = 0): Element {
  const tag = octetAt(octets, at);
  let length = octetAt(octets, at + 1);
  let begin = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 3) throw new RangeError(`Cannot read DER: a length of ${count} octets @${at}`);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + octetAt(octets, begin++);
  }
  const end = begin + length;
  if (end > octets.length) throw new RangeError(`Cannot read DER: the element @${at} is cut off`);
  return { tag, content: octets.subarray(begin, end), end };
}

/** All elements of a constructed one. */
export function readElements(content: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < content.length; at = elements.at(-1)!.end) elements.push(readElement(content, at));
  return elements;
}

/** An object identifier in dots: `2.5.29.17`. */
export function readOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if ((octet & 0x80) !== 0) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

/** UTCTime or GeneralizedTime, in Zulu time as RFC 5280 §4.1.2.5 wants it, as RFC 3339. */
export function readTime({ tag, content }: Element): string {
  const text = new TextDecoder().decode(content);
  const [, digits, rest] = (tag === TAG.UTC_TIME ? /^(\d\d)(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/).exec(text) ?? [];
  if (digits === undefined || rest === undefined) throw new RangeError("Cannot read DER: a time that is none");
  const year = tag === TAG.UTC_TIME ? (Number(digits) < 50 ? `20${digits}` : `19${digits}`) : digits;
  const [month, day, hour, minute, second] = rest.match(/../g)!;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** The text of a character string; of those in use, only BMPString is not a subset of UTF-8. */
export function readText({ tag, content }: Element): string {
  return new TextDecoder(tag === TAG.BMP_STRING ? "utf-16be" : "utf-8").decode(content);
}

function octetAt(octets: Uint8Array, at: number): number {
  const octet = octets[at];
  if (octet === undefined) throw new RangeError(`Cannot read DER: it ends @${at}`);
  return octet;
}
