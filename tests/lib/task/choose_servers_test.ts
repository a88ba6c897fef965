import { assertEquals, assertThrows } from "@std/assert";
import { chooseServers } from "../../../lib/task/choose_servers.ts";
import { UsageError } from "../../../lib/core/error.ts";
import { fakeContext } from "../../fake/context.ts";
import { fakeServer } from "../../fake/server.ts";

const configured = fakeContext({ servers: ["web1", "web2"].map((name) => fakeServer({ name })) }).servers;

const choices = [
  { otherwise: "first", server: undefined, chosen: ["web1"] },
  { otherwise: "all", server: undefined, chosen: ["web1", "web2"] },
  { otherwise: "first", server: "web2", chosen: ["web2"] },
  { otherwise: "first", server: "all", chosen: ["web1", "web2"] },
  { otherwise: "all", server: "web1", chosen: ["web1"] },
] as const;
for (const { otherwise, server, chosen } of choices) {
  Deno.test(`chooseServers() gives ${chosen.join(" and ")} for ${server ?? "nothing"}, else ${otherwise}`, () => {
    const found = chooseServers(configured, server, otherwise);
    assertEquals(found.all.map(({ name }) => name), [...chosen]);
  });
}

Deno.test("chooseServers() knows the name that was meant", () => {
  const error = assertThrows(
    () => chooseServers(configured, "web3", "all"),
    UsageError,
    'Cannot find the server "web3"',
  );
  assertEquals(error.hint, 'Did you mean "web1"?');
});
