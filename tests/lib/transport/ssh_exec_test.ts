import { assertEquals } from "@std/assert";
import { sshTransport } from "../../../lib/transport/ssh/mod.ts";
import { sshTest, startSshd } from "./sshd.ts";

sshTest("exec() gives status and both outputs", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env: {} });
  const exit = await transport.exec("echo out; echo err >&2; exit 3", {});
  assertEquals(exit, { code: 3, stdout: "out\n", stderr: "err\n" });
});

sshTest("exec() passes a stream to the script", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env: {} });
  const exit = await transport.exec("cat; false", { stdin: "hello" });
  assertEquals(exit, { code: 1, stdout: "hello", stderr: "" });
});
