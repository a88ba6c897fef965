// Memory of packets: ssh2 takes new memory for each, which Deno fills with zeros and collects as garbage.

import type { Buffer } from "node:buffer";
import { randomFillSync } from "node:crypto";
// @ts-types="@types/ssh2"
import type { Client } from "ssh2";
import { type Cipher, protocolOf } from "./inner.ts";

/** Bytes of a packet whose memory is worth being kept. */
const large = 4096;

/** Lets a client make a large packet in the memory of the one before. With another cipher it stays as it is. */
export function reusePackets(client: Client): void {
  client.on("handshake", () => {
    const cipher = protocolOf(client)?._cipher;
    if (cipher?._encKeyPktLen !== undefined) reuseMemory(cipher);
  });
}

function reuseMemory(cipher: Cipher): void {
  const alloc = cipher.allocPacket.bind(cipher);
  const encrypt = cipher.encrypt.bind(cipher);
  let free: Buffer | undefined;
  cipher.allocPacket = (payload) => {
    const packet = free;
    // Its header says the length, which is the same, and that of the padding, which is chosen anew.
    if (packet === undefined || packet.length !== 5 + payload + packet.readUInt8(4)) return alloc(payload);
    free = undefined;
    return randomFillSync(packet, 5 + payload);
  };
  cipher.encrypt = (packet) => {
    encrypt(packet);
    if (packet.length >= large) free = packet;
  };
}
