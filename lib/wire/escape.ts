/**
 * Makes text from the network safe to show. A vendor ID, a banner or a name in a certificate is whatever the peer likes:
 * cursor movements, colours, window titles, text that runs backwards, invisible letters.
 */

/**
 * What is never shown as it is: C0, DEL and C1 controls (Cc); format characters (Cf: zero width, bidirectional overrides
 * and isolates, soft hyphen, tags); line and paragraph separators (Zl, Zp); unassigned, private and lone surrogate code
 * points (Cn, Co, Cs), which look different everywhere; variation selectors and the other characters that Unicode calls
 * ignorable; and the backslash, so that escapes cannot be forged.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\]/u;

/** Text that needs no look at each character: what most text is. */
const PLAIN = /^[ -\[\]-~]*$/;

/** Space characters that look like the ordinary one, or like nothing: only U+0020 passes. */
const OTHER_SPACE = /[\p{Zs}\u2800]/u;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === " ") return character;
  if (character === "\\") return "\\\\";
  if (!UNSAFE.test(character) && !OTHER_SPACE.test(character)) return character;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

/** Length of the UTF-8 sequence that begins at `at` (RFC 3629 §4: shortest form, no surrogates), or 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const follows = (i: number) => ((bytes[at + i] ?? 0) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const fits = first === 0xe0 ? second >= 0xa0 : first === 0xed ? second <= 0x9f : true;
    return fits && follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const fits = first === 0xf0 ? second >= 0x90 : first === 0xf4 ? second <= 0x8f : true;
    return fits && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

function escapeOctets(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    text += length === 0
      ? `\\x${bytes[at]!.toString(16).padStart(2, "0")}`
      : escapeCharacter(decoder.decode(bytes.subarray(at, at + length)));
    at += Math.max(length, 1);
  }
  return text;
}

/**
 * Text that a terminal, a log and a table cell show as one line of visible characters. `\xNN` stands for an ASCII control
 * or an octet that is no UTF-8, `\u{…}` for any other character that is not shown as it is, `\\` for a backslash.
 */
export function escapeText(text: Uint8Array | string): string {
  if (typeof text !== "string") return escapeOctets(text);
  if (PLAIN.test(text)) return text;
  let safe = "";
  for (const character of text) safe += escapeCharacter(character);
  return safe;
}
