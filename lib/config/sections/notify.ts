// Notify: notices of how deploys and rollbacks ended.

import { list as listText } from "../../core/text.ts";
import type { Secret } from "../../core/secret.ts";
import { type Complaint, refuse } from "../field/field.ts";
import { optionalCommand, optionalInner, readNames, row } from "../field/kinds.ts";
import { readSecretText } from "../field/secret_text.ts";
import { type Declared, shape } from "../field/schema.ts";
import type { NoticeEvent, Notify } from "../field/values.ts";

/** All events. */
const noticeEvents: readonly NoticeEvent[] = ["success", "failure", "rollback", "guard"];

const wanted = 'a URL that begins with "https://", as a text or a secret';

const on: Declared<readonly NoticeEvent[]> = {
  text:
    'The events to tell: `"success"` of a deploy, cutover or promotion, `"failure"` of those and of rollbacks, `"rollback"` when one is done, `"guard"` when it took a release or a canary back.',
  otherwise: "all",
  type: '("success" | "failure" | "rollback" | "guard")[]',
  becomes: 'readonly ("success" | "failure" | "rollback" | "guard")[]',
  read: (field) => {
    if (field.value === undefined) return noticeEvents;
    const names = readNames(
      field,
      'a list such as ["failure", "guard"]',
      'an event such as "failure"',
      checkEvent,
    );
    return noticeEvents.filter((event) => names.includes(event));
  },
  show: (name, value) => row(name, listText(value)),
};

function checkEvent(name: string): Complaint | undefined {
  if (noticeEvents.some((event) => event === name)) return undefined;
  return { problem: `"${name}" is not an event`, hint: `Known: ${listText(noticeEvents)}` };
}

/** The address often is all that protects a channel: it is kept like a password. */
function address(text: string): Declared<Secret | undefined> {
  return {
    text,
    type: "string | Secret",
    becomes: "Secret | undefined",
    read: (field) => field.value === undefined ? undefined : readSecretText(field, wanted, checkAddress),
    show: (name, value) => row(name, value === undefined ? "" : "[secret]"),
  };
}

/** Looks whether a text is an address to send to. Says nothing of what it holds. */
function checkAddress(text: string): Complaint | undefined {
  if (/^https?:\/\/[^/\s]+(\/\S*)?$/.test(text) && URL.canParse(text)) return undefined;
  return { problem: "it is not a URL", hint: `Give ${wanted}` };
}

/** The field `notify`. */
export const notify: Declared<Notify | undefined> = {
  ...optionalInner(
    shape({
      name: "UserNotify",
      text: "Notices of how deploys and rollbacks ended.",
      wanted: 'a record such as { slack: secrets("SLACK_URL") }',
      fields: {
        on,
        slack: address(
          "The address of an incoming webhook of Slack, or of Mattermost, which understands the same.",
        ),
        webhook: address("An address that gets the notice as JSON by POST."),
        ntfy: address('The address of a topic of ntfy, such as `"https://ntfy.sh/shop-deploys"`.'),
        command: optionalCommand({
          text:
            "A command on this machine, in the Alcaidefile's directory. It gets the notice as JSON on standard input.",
        }),
      },
      check: ({ slack, webhook, ntfy, command }, { webhook: field }) => {
        if (slack ?? webhook ?? ntfy ?? command) return;
        const at = { ...field, path: field.path.replace(/\.webhook$/, "") };
        refuse(at, "it names nobody to tell", "Give slack, webhook, ntfy or command");
      },
    }),
    {
      text:
        'Notices of how a deploy, cutover or rollback ended: `{ slack: secrets("SLACK_URL") }`. One that can\'t be sent is a warning.',
      otherwise: "nobody",
      resolved: "Notices of how deploys and rollbacks ended.",
      init: () =>
        `// Notices of how deploys and rollbacks ended: slack, webhook, ntfy (addresses) or command, on some events.
// notify: { slack: secrets("SLACK_URL"), on: ["failure", "guard"] },`,
    },
  ),
  becomes: "Notify | undefined",
};
