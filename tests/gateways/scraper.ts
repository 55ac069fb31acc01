/**
 * A program, to be run in the client's namespace: scrapes a URL as Prometheus does, again and again. Arguments: URL, how often,
 * milliseconds from one to the next. Each answer is a line of JSON, {@linkcode Answer}.
 */

/** What came of a scrape. */
export interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly body: string;
}

if (import.meta.main) {
  const [url = "", count = "1", interval = "0"] = Deno.args;
  for (let i = 0; i < Number(count); i++) {
    const began = performance.now();
    const response = await fetch(url, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "10" } });
    const answer: Answer = { status: response.status, body: await response.text(), ms: performance.now() - began };
    console.log(JSON.stringify(answer));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + Number(interval) - performance.now())));
  }
}
