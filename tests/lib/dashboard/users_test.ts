import { assert, assertEquals, assertThrows } from "@std/assert";
import { hashSync } from "bcryptjs";
import { UsageError } from "../../../lib/core/error.ts";
import { BusyError, parseUsers } from "../../../lib/dashboard/users.ts";

const hash = hashSync("right", 4);

const wrong: readonly (readonly [text: string, says: string, hint: string])[] = [
  ["", "Cannot use users: it names no user", "ada:$2y$10$…:deploy"],
  ["# none\n\n", "Cannot use users: it names no user", "ada:$2y$10$…:deploy"],
  [`\n:${hash}:look`, "Cannot use users, line 2: it is not NAME:HASH:ROLE", "ada:$2y$10$…:deploy"],
  [`ada:${hash}:look:more`, "Cannot use users, line 1: it is not NAME:HASH:ROLE", "ada:$2y$10$…:deploy"],
  [
    "ada:right:look",
    "Cannot use users, line 1: the password of ada is not hashed by bcrypt",
    "htpasswd -nB ada prints a hash",
  ],
  [`ada:${hash}`, 'Cannot use users, line 1: "" is not a role', "Roles: look and deploy"],
  [`ada:${hash}:admin`, 'Cannot use users, line 1: "admin" is not a role', "Roles: look and deploy"],
  [`ada:${hash}:look\nada:${hash}:deploy`, "Cannot use users, line 2: ada is there twice", "Leave one out"],
];
for (const [text, says, hint] of wrong) {
  Deno.test(`parseUsers() refuses ${JSON.stringify(text.replaceAll(hash, "HASH"))}`, () => {
    const error = assertThrows(() => parseUsers(text, "users"), UsageError);
    assertEquals([error.message, error.hint], [says, hint]);
  });
}

Deno.test("parseUsers() tells who it is", async () => {
  const verify = parseUsers(`# ours\n ada:${hash}:deploy \n`, "users", 0);
  assertEquals(await verify("ada", "right"), { name: "ada", role: "deploy" });
  assertEquals(await verify("ada", "right"), { name: "ada", role: "deploy" });
  const others = [["ada", "wrong"], ["ada", ""], ["Ada", "right"], ["", "right"], [
    "nobody",
    "right",
  ]] as const;
  for (const [name, password] of others) assertEquals(await verify(name, password), undefined);
});

Deno.test("parseUsers() compares no more passwords than can wait, and goes on afterwards", async () => {
  const verify = parseUsers(`ada:${hashSync("right", 8)}:deploy`, "users", 0);
  const guesses = Array.from({ length: 80 }, (_, guess) => verify("ada", `${guess}`));
  const refused = (await Promise.allSettled(guesses)).flatMap((one) =>
    one.status === "rejected" ? [one.reason] : []
  );
  assert(refused.length > 0 && refused.every((reason) => reason instanceof BusyError));
  assertEquals(refused[0]?.message, "Cannot compare the password: too many others wait");
  assertEquals((await verify("ada", "right"))?.name, "ada");
});

Deno.test("parseUsers() lets a wrong password hold the next one up, not who is known", async () => {
  const verify = parseUsers(`ada:${hash}:deploy\neve:${hash}:look`, "users", 1000);
  await verify("ada", "right");
  const began = Date.now();
  assertEquals(await verify("ada", "wrong"), undefined);
  await verify("ada", "right");
  const known = Date.now() - began;
  await verify("eve", "right");
  assert(known < 900 && Date.now() - began >= 1000, `${known} ${Date.now() - began}`);
});
