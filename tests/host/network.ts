/** The cable between this machine and a test host: a veth pair with a /30 of the range for benchmarks (RFC 2544). */
import { must, output } from "./process.ts";

/** A host's place in the network. */
export interface Cable {
  /** The end on this machine. */
  readonly device: string;
  readonly gateway: string;
  /** The host's own address. */
  readonly address: string;
}

const first = 0xc6120000; // 198.18.0.0
const count = 1 << 15;

/**
 * Lays a cable into the network namespace of a process. The device's name is made from the number of the /30, so two
 * hosts can never get the same one: the kernel refuses the second.
 */
export async function layCable(pid: number): Promise<Cable> {
  let number = Math.floor(Math.random() * count);
  for (let attempt = 0; attempt < 100; attempt++) {
    const cable = cableNumber(number);
    const peer = ["peer", "name", "vtnet0", "netns", `${pid}`];
    const made = await output(
      ["ip", "link", "add", cable.device, "type", "veth", ...peer],
    );
    if (made.code === 0) {
      await raise(cable);
      return cable;
    }
    if (!made.stderr.includes("File exists")) {
      throw new Error(`Cannot lay a cable: ${made.stderr.trim()}`);
    }
    number = (number + 1) % count;
  }
  throw new Error("Cannot find a free network for the test host");
}

function cableNumber(number: number): Cable {
  const network = first + number * 4;
  return {
    device: `alc${number}`,
    gateway: dotted(network + 1),
    address: dotted(network + 2),
  };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => address >>> shift & 255).join(".");
}

/** The machine answers on its end, but forwards nothing that comes from the host. */
async function raise(cable: Cable): Promise<void> {
  await Deno.writeTextFile(
    `/proc/sys/net/ipv4/conf/${cable.device}/forwarding`,
    "0",
  );
  await must(["ip", "addr", "add", `${cable.gateway}/30`, "dev", cable.device]);
  await must(["ip", "link", "set", cable.device, "up"]);
}
