/** The end of the report: the verdict in one sentence, what a client would do, and what the run cost the gateway. */
import { hang, wrap } from "../../cli/wrap.ts";
import type { Report, Spent, Target, VerdictCode } from "../../model/mod.ts";
import { count, formatMs } from "../units.ts";
import { guard, type Ink, paint, type TextStyle } from "./style.ts";

/** The colour of each verdict. */
export const VERDICT_INK: Readonly<Record<VerdictCode, Ink>> = {
  ready: "green",
  fallback: "yellow",
  degraded: "yellow",
  rejected: "red",
  blocked: "red",
  unknown: "red",
};
const LEAD = 10;

/** The last lines of a report. */
export function verdictLines(report: Report, style: TextStyle): string[] {
  const { verdict } = report;
  const row = (label: string, text: string) => hang(label.padEnd(LEAD), guard(text), style.width, LEAD);
  const word = verdict.code.toUpperCase();
  const [first, ...rest] = row(word, verdict.summary);
  return [
    first!.replace(word, paint(style, word, VERDICT_INK[verdict.code], "bold")),
    ...rest,
    ...(verdict.client === undefined ? [] : row("client", verdict.client)),
    ...(verdict.recommended === null ? [] : row("use", verdict.recommended)),
    ...(report.paths.length === 0 ? [] : row("cost", costWords(report))),
    ...row("run", runWords(report)),
  ];
}

/** Half-open SAs that the gateway may now hold, by address. */
export function costWords({ budget }: Report): string {
  const spent = budget.spent.filter(({ half_open, others = 0 }) => half_open + others > 0).map((one) =>
    `${count(one.half_open, "half-open SA")} at ${one.address}${overTcp(one)}${byOthers(one)}`
  );
  if (spent.length === 0) return "no half-open SA";
  return `${spent.join(", ")}; allowed: ${budget.limit}${spent.length > 1 ? " each" : ""}`;
}

/** The one over TCP or TLS, which the probe ends when the gateway lets it. */
function overTcp({ over_tcp, ended = 0 }: Spent): string {
  return over_tcp === 0 ? "" : ` (${over_tcp} over TCP or TLS${ended > 0 ? ", ended" : ""})`;
}

/** Another name of the same gateway was probed in the same run. */
function byOthers({ others = 0 }: Spent): string {
  return others === 0 ? "" : ` and ${others} by other hosts of this run`;
}

/** `827 ms, exit code 1`. */
export function runWords({ duration_ms, interrupted, verdict }: Report): string {
  return `${formatMs(duration_ms)}${interrupted ? ", interrupted" : ""}, exit code ${verdict.exit}`;
}

/** The first line: what was probed, and what its name stands for. */
export function targetLine({ target }: Report, style: TextStyle): string[] {
  const host = paint(style, guard(target.input || target.host), "bold");
  const named = addressWords(target);
  if (named === undefined) return [host];
  return wrap(`${host}: ${guard(named)}`, style.width - 2).map((line, i) => i === 0 ? line : `  ${line}`);
}

/** `2 addresses, resolved in 1.2 ms: 192.0.2.7, 2001:db8::7`; nothing of an address that stands for itself. */
export function addressWords(target: Target): string | undefined {
  if (target.addresses.length === 0) return undefined;
  const addresses = target.addresses.map(({ address }) => address);
  if (addresses.length === 1 && addresses[0] === target.host) return undefined;
  const canonical = target.addresses.find(({ canonical_name }) => canonical_name !== undefined)?.canonical_name;
  const alias = canonical === undefined || canonical === target.host ? "" : ` (${canonical})`;
  const more = target.omitted === undefined ? "" : ` and ${target.omitted} more, not tried`;
  const time = target.resolve_ms === undefined ? "" : `, resolved in ${formatMs(target.resolve_ms)}`;
  return `${count(addresses.length, "address", "addresses")}${time}: ${addresses.join(", ")}${more}${alias}`;
}
