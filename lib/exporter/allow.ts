/**
 * Whom the exporter may probe for others: `--allow`. Whoever can reach its port can make it send, so that it must not become
 * a scanner of the network that it stands in.
 */
import { addressScope, escapeText, inPrefix, isAddress, parsePrefix, type Prefix } from "../wire/mod.ts";

/** Stands in the list for all public addresses, and for all names that lead to some. */
export const PUBLIC = "public";

/** What a scope is called in a sentence. */
const SCOPE_WORDS = {
  public: "a public address",
  private: "a private address",
  loopback: "a loopback address",
  "link-local": "a link-local address",
  multicast: "a multicast address",
  unspecified: "an unspecified address",
  reserved: "a reserved address",
} as const;

/** Why a target is not probed: one phrase, safe to show. */
export type Refusal = string;

/** How a name came to be allowed. `listed`: it stands in the list by itself. */
type NameKind = "listed" | "matched" | "any";

/** Labels of letters, digits and hyphens, as far as it matters here; names from all languages are names. */
const NAME = /^(?:[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?\.)*[\p{L}\p{M}\p{N}_-]+$/u;

/** The list. */
export class AllowList {
  readonly #public: boolean;
  readonly #prefixes: readonly Prefix[];
  readonly #names: ReadonlySet<string>;
  readonly #suffixes: readonly string[];

  /**
   * @param entries `public`, addresses, blocks such as `10.0.0.0/8`, names, and `*.example.org` for all names below one
   * @throws {TypeError} with one sentence, for an entry that is none of these
   */
  constructor(entries: readonly string[]) {
    const rest = entries.map((entry) => entry.trim()).filter((entry) => entry !== PUBLIC);
    this.#public = rest.length < entries.length;
    const prefixes = new Map(rest.map((entry) => [entry, parsePrefix(entry.replace(/^\[(.*)\]/, "$1"))]));
    this.#prefixes = [...prefixes.values()].filter((prefix) => prefix !== undefined);
    const names = rest.filter((entry) => prefixes.get(entry) === undefined);
    for (const name of names) {
      if (/^[\d./:]+$/.test(name) || !NAME.test(nameOf(name.replace(/^\*\./, "")))) throw unreadable(name);
    }
    this.#names = new Set(names.filter((name) => !name.startsWith("*.")).map(nameOf));
    this.#suffixes = names.filter((name) => name.startsWith("*.")).map((name) => nameOf(name.slice(1)));
  }

  /** What is known before a name is resolved. @param host without brackets */
  refusesHost(host: string): Refusal | undefined {
    if (isAddress(host)) return this.refusesAddress(host);
    return this.#kindOf(host) === undefined ? `${escapeText(host)} is not in the exporter's --allow` : undefined;
  }

  /** An address that was named as such: by a client, or by a REDIRECT. */
  refusesAddress(address: string): Refusal | undefined {
    const scope = addressScope(address);
    if (this.#lists(address) || (this.#public && scope === "public")) return undefined;
    const what = scope === "public" ? "" : ` is ${SCOPE_WORDS[scope]} that`;
    return `${address}${what} is not in the exporter's --allow`;
  }

  /**
   * One of the addresses that a name leads to. A name that is listed by itself may lead to a private address: whoever listed
   * it knows it. Any other name leads to where its owner likes.
   */
  refusesAddressOf(host: string, address: string): Refusal | undefined {
    const scope = addressScope(address);
    const kind = this.#kindOf(host);
    const trusted = scope === "public"
      ? this.#public || kind === "listed" || kind === "matched"
      : kind === "listed" && scope === "private";
    if (this.#lists(address) || (kind !== undefined && trusted)) return undefined;
    return `${escapeText(host)} leads to ${address}, ${SCOPE_WORDS[scope]} that is not in the exporter's --allow`;
  }

  #lists(address: string): boolean {
    return this.#prefixes.some((prefix) => inPrefix(address, prefix));
  }

  #kindOf(host: string): NameKind | undefined {
    const name = nameOf(host);
    if (this.#names.has(name)) return "listed";
    if (this.#suffixes.some((suffix) => name.endsWith(suffix) && name.length > suffix.length)) return "matched";
    // Where addresses are listed, any name may lead there.
    return this.#public || this.#prefixes.length > 0 ? "any" : undefined;
  }
}

/** One spelling of a name: DNS knows no case, and a final dot only keeps search domains out. */
export function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

function unreadable(entry: string): TypeError {
  return new TypeError(
    `Cannot read --allow "${
      escapeText(entry)
    }": expected ${PUBLIC}, an address, a block (10.0.0.0/8), a name or *.NAME`,
  );
}
