/** POSTs of kept connections to an app that closes idle ones early. */

import { type AddressInfo, createServer } from "node:net";
import { findCaddy } from "../caddy.ts";
import { type LoadReport, startLoad } from "../e2e/load.ts";
import type { Finding, Part } from "./row.ts";
import { openSites } from "./sites.ts";

const [clients, minutes] = [30, 3];
/** Milliseconds after which the app closes an idle connection. */
const idle = 1000;
const caddy = await findCaddy();

/** The part of the benchmark. */
export const posts: Part = {
  name: "posts",
  description:
    `POSTs of ${clients} kept connections, one a second each, to an app that closes idle ones after ${idle} ms`,
  minutes,
  unavailable: () => caddy === undefined ? "there is no Caddy here" : undefined,
  run: measure,
};

async function measure(): Promise<Finding> {
  await using app = await serveHasty();
  await using sites = await openSites(caddy ?? "", app.port);
  // Each has another rhythm than the app's, so that its requests meet every moment of a close.
  const loads = Array.from(
    { length: clients },
    (_, i) =>
      startLoad({
        url: `http://127.0.0.1:${sites.site}`,
        rate: 1 + (i - clients / 2) / 2000,
        connections: 1,
        body,
      }),
  );
  await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
  return finding(await Promise.all(loads.map((load) => load.stop())));
}

const body = "a=1";

/** An app that answers every POST, and closes a connection on which nothing came for a while. */
async function serveHasty(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.setTimeout(idle, () => socket.destroy());
    socket.on("data", (piece) => {
      text += piece;
      if (!text.endsWith(`\r\n\r\n${body}`)) return;
      text = "";
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function finding(reports: readonly LoadReport[]): Finding {
  const [requests, failed] = (["requests", "failed"] as const).map((what) =>
    reports.reduce((sum, report) => sum + report[what], 0)
  );
  return {
    rows: [{
      title: `failed POSTs in ${minutes} minutes`,
      ours: `${failed}`,
      beside: `of ${requests}`,
      aim: "none",
      met: failed === 0,
    }],
    values: { clients, idle, reports },
    notes: [...new Set(reports.flatMap(({ reasons }) => [...reasons.keys()]))],
  };
}
