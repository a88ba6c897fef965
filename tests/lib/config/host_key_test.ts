import { assertEquals } from "@std/assert";
import { least, problemsOf, resolve } from "./base.ts";

const [one, two] = [`SHA256:${"a".repeat(43)}`, `SHA256:${"b".repeat(43)}`];

Deno.test("resolveConfig() takes the fingerprint of a server's key, or several", () => {
  const { servers } = resolve({ server: [{ host: "a", hostKey: one }, { host: "b", hostKey: [one, two] }] });
  assertEquals(servers.map(({ hostKey }) => hostKey), [[one], [one, two]]);
});

const hint =
  'Give the output of "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the server: SHA256 and 43 signs';

for (
  const [hostKey, path, problem, help] of [
    [["SHA256:abc"], "server.hostKey[0]", '"SHA256:abc" is not a SHA256 fingerprint', hint],
    ["ssh-ed25519 AAAA", "server.hostKey", '"ssh-ed25519 AAAA" is not a SHA256 fingerprint', hint],
    [[], "server.hostKey", "it is an empty list", 'Give a fingerprint such as "SHA256:…", or leave it out'],
    [7, "server.hostKey", "it is 7", 'Give a fingerprint such as "SHA256:…"'],
  ] as const
) {
  Deno.test(`resolveConfig() refuses the fingerprint ${JSON.stringify(hostKey)}`, () => {
    const found = problemsOf({ ...least, server: { host: "a", hostKey: hostKey as unknown as string[] } });
    assertEquals(found, [{ path, problem, hint: help }]);
  });
}
