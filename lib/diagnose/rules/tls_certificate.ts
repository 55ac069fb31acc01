import type { PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { defineRule } from "../rule.ts";
import { count, groupBy, list, quote } from "../words.ts";

/** `tls-certificate`. */
export const tlsCertificate = defineRule({
  code: "tls-certificate",
  title: "TLS works with a certificate that a client would refuse",
  question: "Would a client that checks certificates go on?",
  meaning:
    "The handshake succeeds only because the probe does not insist: the certificate is expired, for another name, " +
    "self-signed or of an unknown authority. TLS protects nothing of IKE's, but most clients refuse such a " +
    "certificate and do not connect.",
  established:
    "The handshake was repeated, or continued, without checking the certificate; what the check said is quoted.",
  confusedWith:
    "A certificate of a private authority that clients know and this machine does not: then only this machine " +
    "refuses it. A middlebox that intercepts TLS shows a certificate of its own: compare the fingerprint with the " +
    "gateway's.",
  advice: {
    client: ["Compare the fingerprint with the gateway's; if it is not that, somebody on the way ends TLS."],
    gateway: [
      "Install a certificate that is valid now, for the name that clients use, from an authority that they know.",
    ],
  },
  references: ["RFC 9329 Appendix A", "RFC 9325 §3", "RFC 9525 §6"],
  conclude: (view) => {
    const bad = view.paths.filter((path) =>
      path.tls !== undefined && !path.tls.trusted && (path.expected || view.works(path))
    );
    return groupBy(bad, (path) => `${path.address} ${path.tls!.chain[0]?.fingerprint_sha256 ?? path.tls!.trust_error}`)
      .map((paths) => {
        const why = reasons(paths[0]!, view.facts.started);
        return {
          severity: paths.some((path) => path.required)
            ? "problem"
            : paths.some((path) => path.expected)
            ? "warning"
            : "notice",
          confidence: "certain",
          paths: paths.map((path) => path.id),
          summary: `${view.names(paths)}: a client would refuse the certificate: ${list(why)}`,
          evidence: [
            ...paths.map((path) =>
              view.evidence(
                path.tls!.trust_error === undefined
                  ? "the certificate check failed"
                  : `the certificate check says: ${escapeText(path.tls!.trust_error)}`,
                view.events(path, "tls"),
              )
            ),
            ...certificate(paths[0]!),
          ],
        };
      });
  },
});

/** What is wrong, as far as the leaf itself shows it; otherwise what the check said. */
function reasons(path: PathReport, now: string): string[] {
  const leaf = path.tls!.chain[0];
  const found = leaf === undefined ? [] : [
    ...(leaf.not_after < now ? [`expired on ${escapeText(leaf.not_after.slice(0, 10))}`] : []),
    ...(leaf.not_before > now ? [`not valid before ${escapeText(leaf.not_before.slice(0, 10))}`] : []),
    ...(leaf.self_signed ? ["self-signed"] : []),
    ...(mismatch(path) ? [`not for ${quote(path.tls!.server_name!)}`] : []),
  ];
  return found.length > 0 ? found : [escapeText(path.tls!.trust_error ?? "it is not trusted here")];
}

/** RFC 9525 §6.3: a wildcard stands for the whole left-most label. */
function mismatch(path: PathReport): boolean {
  const { server_name: name, chain: [leaf] } = path.tls!;
  if (name === undefined || leaf === undefined || leaf.names.length === 0) return false;
  const wanted = name.toLowerCase();
  return !leaf.names.some((candidate) => {
    const known = candidate.toLowerCase();
    return known === wanted || (known.startsWith("*.") && known.slice(1) === wanted.slice(wanted.indexOf(".")));
  });
}

function certificate(path: PathReport) {
  const leaf = path.tls!.chain[0];
  if (leaf === undefined) return [];
  const names = leaf.names.slice(0, 4).map((name) => quote(name));
  const more = leaf.names.length > names.length ? ` and ${count(leaf.names.length - names.length, "other")}` : "";
  const forNames = names.length === 0 ? "" : `, for ${names.join(", ")}${more}`;
  const text = `${quote(leaf.subject)} by ${quote(leaf.issuer)}${forNames}, ${escapeText(leaf.not_before)} to ` +
    `${escapeText(leaf.not_after)}, SHA-256 ${escapeText(leaf.fingerprint_sha256)}`;
  return [{ text, events: [] }];
}
