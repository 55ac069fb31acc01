/** All rules, in the order in which findings of equal severity are shown: the contract's. One file each. */
import type { Rule } from "../rule.ts";
import { addressDead } from "./address_dead.ts";
import { conflictingResponses } from "./conflicting_responses.ts";
import { cookieDemanded } from "./cookie_demanded.ts";
import { expectationUnmet } from "./expectation_unmet.ts";
import { familyBroken } from "./family_broken.ts";
import { foreignProtocol } from "./foreign_protocol.ts";
import { gatewaysDiffer } from "./gateways_differ.ts";
import { hangsUpEarly } from "./hangs_up_early.ts";
import { ikev1Only } from "./ikev1_only.ts";
import { keMismatch } from "./ke_mismatch.ts";
import { loss } from "./loss.ts";
import { malformedResponse } from "./malformed_response.ts";
import { natClient } from "./nat_client.ts";
import { natGateway } from "./nat_gateway.ts";
import { negotiationLoop } from "./negotiation_loop.ts";
import { noProposal } from "./no_proposal.ts";
import { portRewritten } from "./port_rewritten.ts";
import { prefixDropped } from "./prefix_dropped.ts";
import { prefixEvaded } from "./prefix_evaded.ts";
import { prefixReset } from "./prefix_reset.ts";
import { prefixUnchecked } from "./prefix_unchecked.ts";
import { puzzleDemanded } from "./puzzle_demanded.ts";
import { rateLimited } from "./rate_limited.ts";
import { redirected } from "./redirected.ts";
import { resetInjected } from "./reset_injected.ts";
import { splitRejected } from "./split_rejected.ts";
import { strayResponse } from "./stray_response.ts";
import { streamModified } from "./stream_modified.ts";
import { tcpFiltered } from "./tcp_filtered.ts";
import { tcpHangup } from "./tcp_hangup.ts";
import { tcpMute } from "./tcp_mute.ts";
import { tcpNotOffered } from "./tcp_not_offered.ts";
import { tcpProhibited } from "./tcp_prohibited.ts";
import { tcpRefused } from "./tcp_refused.ts";
import { tlsCertificate } from "./tls_certificate.ts";
import { tlsFailed } from "./tls_failed.ts";
import { transparentProxy } from "./transparent_proxy.ts";
import { udp4500Blocked } from "./udp_4500_blocked.ts";
import { udp500Blocked } from "./udp_500_blocked.ts";
import { udpBlocked } from "./udp_blocked.ts";
import { udpProhibited } from "./udp_prohibited.ts";
import { udpRefused } from "./udp_refused.ts";
import { versionMismatch } from "./version_mismatch.ts";

/** See the file's head. Codes whose measurements do not exist yet have no rule, and so nothing to explain. */
export const RULES: readonly Rule[] = [
  udpBlocked,
  udp500Blocked,
  udp4500Blocked,
  udpRefused,
  udpProhibited,
  tcpFiltered,
  tcpRefused,
  tcpProhibited,
  tcpNotOffered,
  prefixReset,
  prefixDropped,
  prefixEvaded,
  streamModified,
  resetInjected,
  transparentProxy,
  foreignProtocol,
  tcpMute,
  tcpHangup,
  tlsFailed,
  tlsCertificate,
  noProposal,
  keMismatch,
  cookieDemanded,
  puzzleDemanded,
  negotiationLoop,
  redirected,
  ikev1Only,
  versionMismatch,
  malformedResponse,
  strayResponse,
  conflictingResponses,
  natClient,
  natGateway,
  portRewritten,
  loss,
  rateLimited,
  addressDead,
  familyBroken,
  gatewaysDiffer,
  prefixUnchecked,
  splitRejected,
  hangsUpEarly,
  // Last, as it looks at what the others have found.
  expectationUnmet,
];
