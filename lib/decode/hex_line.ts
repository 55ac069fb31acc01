/** One line of a hexdump, in whatever form it was printed. */

/** What a line holds. */
export type HexLine =
  /** Offset, octets, and perhaps the octets as text. */
  | {
    readonly kind: "row";
    /** Digits of unknown base; it may stand for nothing but the end of the dump. */
    readonly offset: string;
    readonly octets: Uint8Array;
    /** Words of 16 bits whose octets are exchanged: `hexdump` without options. */
    readonly isSwapped: boolean;
    /** `od` without options for offsets: seven digits, one space, octets. */
    readonly isOd: boolean;
    /** After so many octets there is a gap: what follows may be text that looks like octets. */
    readonly gaps: readonly number[];
  }
  /** Octets without an offset. */
  | { readonly kind: "plain"; readonly octets: Uint8Array; readonly isOdd: boolean }
  /** `*`: the row before is repeated. */
  | { readonly kind: "repeat" }
  | { readonly kind: "blank" }
  | { readonly kind: "other" };

/** What strongSwan's and libreswan's logs put before a line: time, program, thread and subsystem. */
const CHARON = /^.*?\b\d\d\[[A-Z]{3}\d?\](?: <[^>]*>)? ?/;
const PLUTO = /^(?:(?:[A-Z][a-z]{2} +\d+ [\d:.]+|.*\bpluto\[\d+\]): )?\| /;

/** The octets of pluto's rows end at the first wide gap; they have no offset. */
const PLUTO_ROW = /^ *((?:[0-9a-f]{2} {1,2}){0,15}[0-9a-f]{2})(?: {2,}.{1,16})?$/i;

/** Offset; a colon, a wide gap or a tab; then the rest. The offset may stand alone. */
const ROW = /^\s*(?:0x)?([0-9a-f]{1,8}(?=:)|[0-9a-f]{3,8})(:?\s*$|:\s+|\s{2,}|\t+)(.*)$/i;
/** What `od` and `hexdump` print: the number of digits shows that the first word is an offset. */
const NARROW_ROW = /^([0-9a-f]{7}|[0-9a-f]{6}(?= [0-9a-f]{2}\b))( )(.*)$/i;

/** What programs and languages put between digits. */
const BETWEEN = /[\s,;:{}()[\]"'-]+/g;

/** Takes a line apart. */
export function readHexLine(line: string): HexLine {
  const text = line.trimEnd();
  if (text.trim() === "") return { kind: "blank" };
  if (text.trim() === "*") return { kind: "repeat" };
  const pluto = PLUTO.exec(text);
  if (pluto !== null) {
    const digits = PLUTO_ROW.exec(text.slice(pluto[0].length))?.[1];
    return digits === undefined ? { kind: "other" } : { kind: "plain", octets: octetsOf(digits), isOdd: false };
  }
  const own = text.replace(CHARON, "");
  return readRow(own) ?? readPlain(own) ?? { kind: "other" };
}

function readRow(text: string): HexLine | undefined {
  const match = ROW.exec(text) ?? NARROW_ROW.exec(text);
  if (match === null) return undefined;
  const [, offset = "", gap = "", rest = ""] = match;
  const { words, gaps } = leadingWords(rest);
  // A lone number is the end of a dump where one is open; elsewhere it is plain hex.
  if (words.length === 0 && rest !== "") return undefined;
  const isSwapped = !gap.startsWith(":") && offset.length === 7 && words.length > 0 &&
    words.every((w) => w.length === 4);
  const isOd = gap === " " && offset.length === 7 && words.every((word) => word.length === 2);
  return { kind: "row", offset, octets: octetsOf(words.join("")), isSwapped, isOd, gaps };
}

/** Words of whole octets, up to a wide gap or whatever else there is. */
function leadingWords(text: string): { readonly words: string[]; readonly gaps: number[] } {
  const words: string[] = [];
  const gaps: number[] = [];
  let octets = 0;
  const word = /( {0,2})([0-9a-f]+)(?=\s|$)/iy;
  for (let match = word.exec(text); match !== null && match[2]!.length % 2 === 0; match = word.exec(text)) {
    if (match[1]!.length === 2 && octets > 0) gaps.push(octets);
    words.push(match[2]!);
    octets += match[2]!.length / 2;
  }
  return { words, gaps };
}

function readPlain(text: string): HexLine | undefined {
  // `0x0` is an octet where octets are written so.
  const bare = code(text).replace(/(?:0x|\\x)([0-9a-f])(?![0-9a-f])/gi, " 0$1").replace(/0x|\\x/gi, " ");
  const digits = bare.replace(BETWEEN, "");
  if (!/^[0-9a-f]+$/i.test(digits)) return undefined;
  return { kind: "plain", octets: octetsOf(digits), isOdd: digits.length % 2 === 1 };
}

/** A line of a program without its comment, as Wireshark exports arrays, and without the `\` that joins strings. */
function code(text: string): string {
  const comment = text.search(/\/[/*]/);
  const bare = (comment < 0 ? text : text.slice(0, comment)).trimEnd();
  return bare.endsWith("\\") ? bare.slice(0, -1) : bare;
}

/** Octets of digits, whatever space is between; an odd one at the end is left out. */
export function octetsOf(text: string): Uint8Array {
  const digits = text.replace(/\s/g, "");
  return Uint8Array.fromHex(digits.length % 2 === 0 ? digits : digits.slice(0, -1));
}
