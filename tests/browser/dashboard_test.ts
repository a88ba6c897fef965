// The dashboard in a real browser, on a real host: every action, a deploy that fails, two browsers, a lost server.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { removeApp } from "../e2e/clean.ts";
import { onlyOnTestHost, type Place } from "../e2e/place.ts";
import { makeProject } from "../e2e/project.ts";
import { scenario } from "../e2e/scenario.ts";
import { browserUnavailable } from "./available.ts";
import { fits, lacking, openBrowser, picture } from "./browser.ts";
import { startDashboard } from "./start.ts";

type Dialog = ReturnType<Page["locator"]>;

/** Presses an action's button, fills its form, reads its plan and says yes. */
async function act(
  page: Page,
  button: string,
  plan: string,
  fill: (dialog: Dialog) => Promise<unknown> = () => Promise.resolve(),
) {
  const run = page.locator(".run");
  const before = await run.count() === 0 ? "" : await run.getAttribute("data-began");
  await page.getByRole("button", { name: button, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await fill(dialog);
  await dialog.getByRole("button", { name: "Show the plan" }).click();
  await dialog.locator(".plan li", { hasText: plan }).first().waitFor();
  await dialog.getByRole("button", { name: / now$/ }).click();
  await page.locator(`.run:not([data-began="${before}"])`).waitFor();
}

/** Waits until the last action has ended in a way, and the servers were looked at since. */
async function ended(page: Page, words: RegExp, lead: string): Promise<void> {
  await page.getByRole("heading", { name: words }).waitFor({ timeout: 60_000 });
  await page.locator("button[data-ask$=deploy]:enabled").waitFor({ timeout: 60_000 });
  await page.locator(".lead", { hasText: lead }).waitFor();
}

const skip = browserUnavailable();

scenario("the dashboard is used in a browser", async (place: Place, step) => {
  const part: typeof step = (title, run, options) =>
    step(title, async () => {
      await run().catch(async (error) => {
        await picture(page, "broken", { fullPage: true });
        throw error;
      });
    }, options);
  await using project = await makeProject(place, "shop", {
    health: { path: "/health", timeout: 4 },
    drain: 1,
  });
  assertEquals((await project.alcaide(["setup"])).code, 0);
  await using dashboard = await startDashboard(project);
  await using browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const narrow = { viewport: { width: 360, height: 740 }, reducedMotion: "reduce" } as const;
  const other = await (await browser.newContext(narrow)).newPage();
  for (const one of [page, other]) one.setDefaultTimeout(60_000);
  const said: string[] = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));

  await part("a first deploy, which a second browser sees", async () => {
    await project.release({ text: "one" });
    await page.goto(dashboard.address);
    await other.goto(dashboard.address);
    await page.locator(".lead", { hasText: "nothing is live" }).waitFor();
    await page.getByRole("button", { name: "Deploy" }).click();
    await page.getByRole("button", { name: "Show the plan" }).click();
    await page.getByText("1-none is the first release").waitFor();
    assertEquals(await lacking(page), []);
    const live = [page, other].map((one) =>
      one.getByRole("heading", { name: /^Deploy runs by you/ }).waitFor()
    );
    await page.getByRole("button", { name: "Deploy now" }).click();
    await Promise.all(live);
    for (const one of [page, other]) {
      await ended(one, /^Deploy done after/, "1-none is live");
      assertMatch(await one.locator(".steps").innerText(), /Take the lock[^]*Check the app[^]*Route/);
    }
  });

  await part("the keyboard alone restarts and deploys", async () => {
    await page.getByRole("button", { name: "Restart" }).focus();
    await page.keyboard.down("Enter");
    await page.getByRole("dialog").getByLabel("Process").waitFor();
    await page.getByRole("button", { name: "Show the plan" }).focus();
    await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    assertEquals(await page.getByRole("button", { name: "Show the plan" }).isEnabled(), true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Show the plan" }).press("Enter");
    await page.locator(".plan li", { hasText: "Restart web" }).waitFor();
    await page.getByRole("button", { name: "Restart now" }).press("Enter");
    await page.locator(".run h3:focus", { hasText: "Restart" }).waitFor();
    await ended(page, /^Restart done after/, "1-none is live");
    await project.release({ text: "two" });
    await act(page, "Deploy", "Route requests to it");
    await ended(page, /^Deploy done after/, "2-none is live");
  });

  await part(
    "a plan that is longer than the window is read from its beginning, its buttons in sight",
    async () => {
      await page.setViewportSize({ width: 1280, height: 360 });
      await page.getByRole("button", { name: "Deploy", exact: true }).click();
      await page.getByRole("button", { name: "Show the plan" }).click();
      const yes = page.getByRole("button", { name: "Deploy now" });
      await yes.waitFor();
      const { y = 0, height = 0 } = await yes.boundingBox() ?? {};
      assert(y > 0 && y + height < 360, `${y} ${height}`);
      assertEquals(await page.locator("dialog").evaluate((dialog) => dialog.scrollTop), 0);
      assertEquals(await lacking(page), []);
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 1280, height: 900 });
    },
  );

  await part("a dialog that is closed stays closed, and one that says what is wrong has a name", async () => {
    await page.getByRole("button", { name: "Restart" }).click();
    const planned = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.getByRole("button", { name: "Show the plan" }).click();
    await page.keyboard.press("Escape");
    await (await planned).finished();
    await page.evaluate("new Promise((done) => setTimeout(done, 100))");
    assertEquals(await page.locator("dialog[open]").count(), 0);
    await page.route("**/ask?*", (route) => route.abort());
    await page.getByRole("button", { name: "Restart" }).click();
    await page.getByRole("dialog", { name: "The dashboard does not answer" }).waitFor();
    assertEquals(await lacking(page), []);
    await page.keyboard.press("Escape");
    await page.unroute("**/ask?*");
    assertMatch(said.splice(0).join(), /ERR_FAILED/);
  });

  await part("a release is prepared, dropped, prepared and cut over", async () => {
    const prepare = () =>
      act(page, "Deploy", "Leave it prepared", (dialog) => dialog.getByLabel(/Prepare and check/).check());
    await project.release({ text: "three" });
    await prepare();
    await act(page, "Drop", "Take 3-none back");
    await ended(page, /^Drop done after/, "2-none is live");
    await prepare();
    await act(page, "Cut over", "Route requests to it");
    await ended(page, /^Cut over done after/, "4-none is live");
  });

  await part("a canary gets more visitors, is taken back, and another one gets all", async () => {
    const visitors = (share: string) => (dialog: Dialog) => dialog.getByLabel("Visitors").selectOption(share);
    const start = () => act(page, "Deploy", "Give it 10% of the visitors", visitors("10"));
    await project.release({ text: "five" });
    await start();
    await act(page, "Promote", "Give it 50% of the visitors", visitors("50"));
    await page.locator(".notice", { hasText: "5-none has 50% of the visitors" }).waitFor();
    assertEquals(await lacking(page), []);
    await picture(page, "canary");
    await act(page, "Abort", "Take 5-none back");
    await ended(page, /^Abort done after/, "4-none is live");
    await start();
    await act(page, "Promote", "Route requests to it");
    await ended(page, /^Promote done after/, "6-none is live");
  });

  await part("a rollback to a chosen release", async () => {
    await act(
      page,
      "Roll back",
      "Route requests to it",
      (dialog) => dialog.locator("select").selectOption("2-none"),
    );
    await ended(page, /^Roll back done after/, "2-none is live");
  });

  await part("a log is followed", async () => {
    await page.getByText("Logs").click();
    await page.getByRole("log").getByText("release two").first().waitFor();
    await page.getByText("Logs").click();
  });

  await part("the page fits every window, light and dark, and lacks nothing of WCAG AA", async () => {
    for (const width of [360, 768, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      assert(await fits(page), `${width} pixels`);
      assert(await page.locator(".history td", { hasText: "@" }).first().isVisible(), `${width} pixels`);
      await picture(page, `live-${width}`, { fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      assertEquals(await lacking(page), []);
      await picture(page, colorScheme === "dark" ? "dark" : "live", { fullPage: true });
    }
  });

  await part("a deploy that is stopped undoes what it began", async () => {
    await project.release({ text: "slow", conf: { APP_FAIL: "slow-start", APP_START_MS: "60000" } });
    await act(page, "Deploy", "Check the app");
    await page.locator(".step.running", { hasText: "Check the app" }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Stop and undo" }).click();
    await ended(page, /^Deploy stopped after/, "2-none is live");
    const run = await page.locator(".run").innerText();
    for (const text of ["Stopped by you", "Undone:"]) assertStringIncludes(run, text);
    await page.locator(".history tr", { hasText: "interrupted" }).waitFor();
  });

  await part("a deploy that fails says why, and the old release serves", async () => {
    await project.release({ text: "bad", conf: { APP_FAIL: "exit" } });
    await act(page, "Deploy", "Check the app");
    await ended(page, /^Deploy failed after/, "2-none is live");
    const run = await page.locator(".run").innerText();
    for (const text of ["told to exit", "Hint:", "Undone:"]) assertStringIncludes(run, text);
    await page.locator(".step.bad", { hasText: "Check the app" }).waitFor();
    assertEquals(await lacking(page), []);
    await picture(page, "failed", { until: ".run" });
    await other.locator(".step.bad", { hasText: "Check the app" }).waitFor();
    await picture(other, "failed-360", { until: ".run" });
  });

  await part("a server that is lost is named, and what was known stays", async () => {
    await place.test?.powerOff();
    await page.reload();
    await page.getByText("Below is the state of").waitFor({ timeout: 90_000 });
    await page.locator(".lead", { hasText: "2-none is live" }).waitFor();
    await picture(page, "lost");
    await place.test?.reboot();
    await page.reload();
    await page.getByText("Below is the state of").waitFor({ state: "detached", timeout: 60_000 });
  }, { skip: onlyOnTestHost("lose its power") });

  assertEquals(said, []);
  await context.close();
  await removeApp(place, "shop");
}, skip === undefined ? {} : { skip });
