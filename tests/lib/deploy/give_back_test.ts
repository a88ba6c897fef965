// The traffic goes back to a release that a boot meanwhile has not started.

import { assertEquals, assertInstanceOf } from "@std/assert";
import { StepError } from "../../../lib/core/error.ts";
import { deploySteps } from "../../../lib/deploy/steps/mod.ts";
import { deployWith } from "../../../tasks/deploy.ts";
import { fakeContext } from "../../fake/context.ts";
import { copyModel, reboot, routedJail, wrongs } from "../../fake/model.ts";
import { fakeServer } from "../../fake/server.ts";
import { serverAfter, user } from "./deploying.ts";

const before = await serverAfter(1);

for (const step of ["verify", "guard"] as const) {
  Deno.test(`deploy() whose server boots in step ${step} starts the release that gets the traffic back`, async () => {
    const server = fakeServer({ model: copyModel(before) });
    const run = () => {
      // The boot starts the one that has the traffic.
      reboot(server.model);
      return Promise.reject(new Error("the connection broke"));
    };
    const task = deployWith({ ...deploySteps, [step]: { ...deploySteps[step], run } });
    const config = { ...user, guard: { for: 60, maxErrors: "1%" } };
    const error = await task(fakeContext({ config, servers: [server] })).catch((error) => error);
    assertInstanceOf(error, StepError);
    assertEquals([error.title, error.undoFailures], [deploySteps[step].title, []]);
    assertEquals(routedJail(server.model, "shop")?.release, "1-1a2b3c4");
    assertEquals(wrongs(server.model, "shop"), []);
  });
}
