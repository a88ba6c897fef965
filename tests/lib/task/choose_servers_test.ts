import { assertEquals, assertThrows } from "@std/assert";
import { chooseServers } from "../../../lib/task/choose_servers.ts";
import { UsageError } from "../../../lib/core/error.ts";
import { fakeContext } from "../../fake/context.ts";
import { fakeServer } from "../../fake/server.ts";

const configured = fakeContext({
  servers: ["web1", "web2", "web3"].map((name) => fakeServer({ name })),
  config: { server: ["web1", { host: "web2", tags: ["eu", "jobs"] }, { host: "web3", tags: ["eu"] }] },
});

const choices = [
  { otherwise: "first", server: undefined, chosen: ["web1"] },
  { otherwise: "all", server: undefined, chosen: ["web1", "web2", "web3"] },
  { otherwise: "first", server: "web2", chosen: ["web2"] },
  { otherwise: "first", server: "all", chosen: ["web1", "web2", "web3"] },
  { otherwise: "first", server: "eu", chosen: ["web2", "web3"] },
  { otherwise: "all", server: "jobs", chosen: ["web2"] },
  { otherwise: "all", server: "web1", chosen: ["web1"] },
] as const;
for (const { otherwise, server, chosen } of choices) {
  Deno.test(`chooseServers() gives ${chosen.join(" and ")} for ${server ?? "nothing"}, else ${otherwise}`, () => {
    const found = chooseServers(configured, server, otherwise);
    assertEquals(found.all.map(({ name }) => name), [...chosen]);
  });
}

for (const [server, hint] of [["web4", 'Did you mean "web1"?'], ["job", 'Did you mean "jobs"?']] as const) {
  Deno.test(`chooseServers() knows what was meant by ${server}`, () => {
    const error = assertThrows(
      () => chooseServers(configured, server, "all"),
      UsageError,
      `Cannot find the server "${server}"`,
    );
    assertEquals(error.hint, hint);
  });
}
