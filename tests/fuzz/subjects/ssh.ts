/** SSH's files on this machine, as people and other programs leave them. */

import { assert, assertEquals } from "@std/assert";
import {
  hostKeyAlgorithms,
  judge,
  parseKnownHosts,
  readHostKey,
} from "../../../lib/transport/ssh/known_hosts.ts";
import { authorityFor } from "../../../lib/transport/ssh/known_hosts.ts";
import { keyFile } from "../../../lib/transport/ssh/keys.ts";
import { resolveTarget } from "../../../lib/transport/ssh/resolve.ts";
import { privateKeys } from "../bases.ts";
import { arrived, bytesOf, damaged } from "../mutate.ts";
import { pick, type Random, subject, tried } from "../subject.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ3xQ1Z6l7q9y0Vw9nJrWmX1n5m0Jc7eFQ4mJx3T5mKp";
const other = "AAAAC3NzaC1lZDI1NTE5AAAAIA0xQ1Z6l7q9y0Vw9nJrWmX1n5m0Jc7eFQ4mJx3T5mKq";
const known = `# hosts
shop.example.com,203.0.113.7 ssh-ed25519 ${key} me@here
[shop.example.com]:2222 ssh-ed25519 ${key}
*.example.net,!bad.example.net ecdsa-sha2-nistp256 ${other}
|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa ${other}
@revoked shop.example.com ssh-ed25519 ${other}
@cert-authority *.example.org ssh-ed25519 ${other}
`;

export const knownHosts = subject(
  700,
  (random) => ({ text: damaged(known, random), wire: damaged(known.slice(0, 40), random) }),
  async ({ text, wire }) => {
    const came = arrived(text);
    const entries = parseKnownHosts(came, "known_hosts");
    const verdicts = [["shop.example.com", 22], ["shop.example.com", 2222], ["bad.example.net", 22], [
      "192.168.1.61",
      22,
    ]]
      .map(([host, port]) => {
        const shown = { type: "ssh-ed25519", key };
        hostKeyAlgorithms(entries, `${host}`, Number(port));
        authorityFor(entries, `${host}`, Number(port));
        return judge(entries, `${host}`, Number(port), shown).kind;
      });
    // A key is known only when a line holds it, and no line revokes it.
    const lines = came.split("\n").map((line) => line.trim().split(/\s+/));
    if (verdicts.includes("known")) assert(lines.some((words) => words.includes(key)), "a key was made up");
    await tried(() => readHostKey(bytesOf(wire)));
    return verdicts.includes("known") ? "accepted" : "refused";
  },
);

const settings = `# mine
Host shop
  HostName shop.example.com
  User deploy
  Port 2222
  IdentityFile ~/.ssh/%r@%h
  ProxyJump me@gate.example.com:22
  StrictHostKeyChecking accept-new
  UserKnownHostsFile ~/.ssh/known_%k
Match host *.example.com user deploy,root
  ConnectTimeout 1m30s
  IdentityAgent none
Host *.example.* !bad.example.*
  ServerAliveInterval 5
  Include conf.d/*
Host *
  IdentitiesOnly yes
`;

/** Runs with a file of this text, readable by its owner alone. */
async function withFile<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytesOf(text), { mode: 0o600 });
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

export const sshConfig = subject(
  900,
  (random) => damaged(settings, random),
  (text) =>
    withFile(text, async (path) => {
      const read = await tried(() => {
        const env = { HOME: "/home/me", USER: "me" };
        return resolveTarget({ host: "shop" }, env, [{ path, own: true }]);
      });
      if (read === undefined) return "refused";
      const { host, port, user, identities, checking, jumps } = read.value;
      assert(Number.isInteger(port) && port > 0 && port < 65536 && host !== "" && user !== "");
      assert(["ask", "yes", "accept-new", "no"].includes(checking) && identities.every((one) => one !== ""));
      assert(jumps.length < 20);
      return "accepted";
    }),
);

export const keyFiles = subject(
  500,
  (random: Random) => damaged(pick(random, privateKeys), random),
  (text) =>
    withFile(text, async (path) => {
      const read = await tried(() => keyFile(path, {}));
      if (read?.value === undefined) return "refused";
      const { publicKey, sign } = read.value;
      assertEquals(publicKey.length > 0, true);
      // Where it can't sign, the list of keys that were tried says why.
      await sign(publicKey, {}).catch((error) => assert(error instanceof Error && error.message !== ""));
      return "accepted";
    }),
);
