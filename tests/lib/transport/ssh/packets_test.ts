import { assert, assertEquals, assertGreater, assertNotEquals, assertStrictEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash, getCiphers, randomBytes } from "node:crypto";
// @ts-types="@types/ssh2"
import ssh2, { type Client } from "ssh2";
import crypto from "ssh2/crypto";
import { reusePackets } from "../../../../lib/transport/ssh/packets.ts";
import { sshTest, startSshd } from "./sshd.ts";

const needs = getCiphers().includes("chacha20") ? undefined : "needs ChaCha20, which this Deno lacks";
const chacha = "chacha20-poly1305@openssh.com";

/** ssh2's cipher of a name, what it wrote, and what the other side reads in that. */
async function sealing(name: string) {
  await crypto.init;
  const cipherInfo = crypto.CIPHER_INFO[name];
  const [cipherKey, cipherIV] = [randomBytes(cipherInfo.keyLen), randomBytes(cipherInfo.ivLen)];
  const mac = { macInfo: crypto.MAC_INFO["hmac-sha2-256"], macKey: randomBytes(32) };
  const written: Uint8Array[] = [];
  const onWrite = (piece: Uint8Array) => void written.push(piece);
  const outbound = { seqno: 2 ** 32 - 3, onWrite, cipherInfo, cipherKey, cipherIV, ...mac };
  const cipher = crypto.createCipher({ outbound });
  reusePackets({
    on: (_: string, exchanged: () => void) => exchanged(),
    _protocol: { _cipher: cipher },
  } as unknown as Client);
  return {
    cipher,
    seal(payload: Uint8Array) {
      const packet = cipher.allocPacket(payload.length);
      packet.set(payload, 5);
      cipher.encrypt(packet);
      return packet;
    },
    opened() {
      const payloads: string[] = [];
      const onPayload = (payload: Uint8Array) => void payloads.push(Buffer.from(payload).toString("hex"));
      const [decipherInfo, decipherKey, decipherIV] = [cipherInfo, cipherKey, cipherIV];
      const inbound = { ...outbound, onPayload, decipherInfo, decipherKey, decipherIV };
      const bytes = Buffer.concat(written);
      crypto.createDecipher({ inbound }).decrypt(bytes, 0, bytes.length);
      return payloads;
    },
  };
}

function cipherTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: needs !== undefined });
}

for (const name of [chacha, "aes128-ctr"]) {
  cipherTest(`the other side reads what packets in memory used again said, by ${name}`, async () => {
    const { seal, opened } = await sealing(name);
    const sizes = [1, 9000, 9000, 17, 9000, 32768, 32768, 32760, 32768, 4091, 4091, 4087, 3, 9000];
    const payloads = sizes.map((size) => randomBytes(size));
    payloads.forEach(seal);
    assertEquals(opened(), payloads.map((payload) => payload.toString("hex")));
  });
}

cipherTest(
  "a large packet takes the memory of the one before, once that is encrypted, with padding of its own",
  async () => {
    const { cipher, seal } = await sealing(chacha);
    const first = seal(new Uint8Array(9000));
    const padding = Buffer.from(first.subarray(9005));
    const second = cipher.allocPacket(9000);
    assertStrictEquals(second.buffer, first.buffer);
    assert(padding.length >= 4);
    assertNotEquals(Buffer.from(second.subarray(9005)), padding);
    assert(cipher.allocPacket(9000).buffer !== first.buffer);
    cipher.encrypt(second);
    assert(cipher.allocPacket(9001).buffer !== first.buffer);
    assertStrictEquals(cipher.allocPacket(9000).buffer, first.buffer);
  },
);

cipherTest("ciphers that keep their packets get new memory for each", async () => {
  const { seal } = await sealing("aes128-ctr");
  assert(seal(new Uint8Array(9000)).buffer !== seal(new Uint8Array(9000)).buffer);
});

Deno.test("reusePackets() leaves a client of another version as it is", () => {
  for (const _protocol of [undefined, {}, { _cipher: {} }]) {
    reusePackets({ on: (_: string, exchanged: () => void) => exchanged(), _protocol } as unknown as Client);
    assertEquals(Object.keys(_protocol?._cipher ?? {}), []);
  }
});

sshTest("sshd takes large and small packets while keys are exchanged anew", async () => {
  await using server = await startSshd({ config: ["RekeyLimit 512K"] });
  const client = new ssh2.Client();
  let exchanges = 0;
  client.on("handshake", () => exchanges++);
  const ready = new Promise<void>((resolve, reject) => client.once("ready", resolve).once("error", reject));
  const privateKey = await Deno.readTextFile(`${server.directory}/key`);
  const { port } = server;
  client.connect({ host: "127.0.0.1", port, username: "root", privateKey, algorithms: { cipher: [chacha] } });
  reusePackets(client);
  await ready;
  const sum = (bytes: Uint8Array) =>
    new Promise<string>((resolve, reject) =>
      client.exec("sha256sum", (error, channel) => {
        if (error) return reject(error);
        let said = "";
        channel.on("data", (text: Buffer) => said += text).on("close", () => resolve(said.slice(0, 64)));
        channel.end(bytes);
      })
    );
  const files = [3e6, 3e6, 2e6 + 1, 5000, 7].map((size) => randomBytes(size));
  const sums = await Promise.all(files.map(sum));
  client.end();
  assertEquals(sums, files.map((bytes) => createHash("sha256").update(bytes).digest("hex")));
  assertGreater(exchanges, 1);
}, needs);
