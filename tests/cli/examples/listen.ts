/**
 * In the place of `lib/net/listen.ts`: real listeners, for HTTP, on free ports whatever port is asked for, so that neither
 * another run of the tests nor a service of this machine is in the way.
 */
import { listenTcp as listen } from "../../../lib/net/listen.ts";

export * from "../../../lib/net/listen.ts";

/** As the program's, on another port. */
export const listenTcp: typeof listen = (local, options) => listen({ ...local, port: 0 }, options);
