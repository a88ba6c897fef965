// Domains, addresses and URLs that a configuration may name.

import { addressNumber, addressText, parseSubnet } from "../../core/ipv4.ts";
import { type Complaint, shorten } from "./field.ts";

const domainHint = 'Give a domain such as "shop.example.com"';
const addressHint = "Leave domain out: the app is then served at the server's address";

/** Looks whether a text is a domain that a site can have; `undefined` when it is. Capitals are fine. */
export function checkDomain(
  domain: string,
  { address = addressHint, wildcards = false } = {},
): Complaint | undefined {
  const complaint = (problem: string, hint = domainHint) => ({
    problem: `${shorten(domain)} ${problem}`,
    hint,
  });
  const scheme = domain.match(/^[a-z][a-z0-9+.-]*:\/\/([^/:?#]*)/i);
  if (scheme) return complaint("has a scheme", proposal(scheme[1]));
  if (domain.includes("/")) return complaint("has a path", proposal(domain.split("/")[0]));
  if (isIpv4(domain) || /^\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*\]?$/i.test(domain)) {
    return complaint("is an address", address);
  }
  if (domain.includes(":")) return complaint("has a port", proposal(domain.split(":")[0]));
  if (/^\*\.[^*]+$/.test(domain)) {
    if (wildcards) return checkDomain(domain.slice(2)) && complaint("is not a domain");
    return complaint(
      "is a wildcard, whose certificate needs a challenge through DNS",
      'Name each domain by itself, or use a certificate of your own, tls: "internal" or "off"',
    );
  }
  // deno-lint-ignore no-control-regex -- everything beyond ASCII is what is looked for
  if (/[^\x00-\x7f]/.test(domain)) return complaint("isn't in ASCII", proposal(ascii(domain)));
  return isHostName(domain) ? undefined : complaint("is not a domain");
}

/** Tells whether no public authority can give a certificate for a domain. */
export function isPrivateDomain(domain: string): boolean {
  return !domain.includes(".") ||
    /\.(local|localhost|internal|lan|home|test|invalid|example|home\.arpa)$/.test(domain);
}

/** Tells whether a text is a host name. */
export function isHostName(name: string): boolean {
  const labels = name.split(".");
  return name.length <= 253 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label)) &&
    !/^\d+$/.test(labels[labels.length - 1] ?? "");
}

/** Looks whether a text is a private IPv4 network with room for jails. */
export function checkSubnet(subnet: string): Complaint | undefined {
  const hint = "Give a private IPv4 network from /16 to /28, such as 10.66.0.0/24";
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d{1,2})$/.exec(subnet);
  const [, address = "", size = ""] = match ?? [];
  if (!match || !isIpv4(address)) return { problem: `${shorten(subnet)} is not an IPv4 network`, hint };
  const bits = Number(size);
  if (bits < 16 || bits > 28) return { problem: `/${bits} isn't from /16 to /28`, hint };
  const { first } = parseSubnet(subnet);
  const isPrivate = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseSubnet)
    .some((net) => first >= net.first && first < net.first + net.size);
  if (!isPrivate) return { problem: `${subnet} isn't private`, hint };
  if (first === addressNumber(address)) return undefined;
  const plain = `${addressText(first)}/${bits}`;
  return { problem: `${subnet} isn't the network's first address`, hint: `Write ${plain}` };
}

/** Looks whether a text is an address or a network, of IPv4 or IPv6. */
export function checkAddresses(text: string): Complaint | undefined {
  const [address = "", size] = text.split(/\/(.*)/s);
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  const bits = size === undefined ? most : /^(0|[1-9]\d{0,2})$/.test(size) ? Number(size) : NaN;
  if (most > 0 && bits <= most) return undefined;
  const hint = 'Give one such as "203.0.113.7" or "203.0.113.0/24"';
  return { problem: `${shorten(text)} is not an address or a network`, hint };
}

/** Looks whether a text is the URL of something on the web. */
export function checkUrl(text: string): Complaint | undefined {
  const hint = 'Give a URL that begins with "https://" or "http://"';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { problem: `${shorten(text)} is not a URL`, hint };
  if (!["http:", "https:"].includes(url.protocol)) {
    return { problem: `${shorten(text)} isn't http or https`, hint };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "it holds a user or password", hint: "Leave out the part before the @" };
  }
  if (url.search !== "" || url.hash !== "") {
    return { problem: `${shorten(text)} has a query or fragment`, hint: "Leave out the part after ? or #" };
  }
  const odd = text.match(/[^\x21-\x7e]|["'\\`{}<>^|]/)?.[0];
  if (odd === undefined) return undefined;
  return { problem: `${shorten(text)} has the character ${shorten(odd)}`, hint: "Write it as %XX" };
}

/** Looks whether a text is a path that can be asked for. */
export function checkHealthPath(path: string): Complaint | undefined {
  if (!path.startsWith("/")) {
    return { problem: `${shorten(path)} isn't absolute`, hint: 'Give a path that begins with "/"' };
  }
  if (/^[\x21-\x7e]+$/.test(path) && !path.includes("#")) return undefined;
  const problem = `${shorten(path)} has a character that no request can hold`;
  return { problem, hint: "Write blanks and the like as %XX" };
}

/** Tells whether a text is an IPv4 address. */
export function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) &&
    text.split(".").every((part) => Number(part) < 256 && String(Number(part)) === part);
}

function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) && URL.canParse(`http://[${text}]`);
}

function proposal(host = ""): string {
  return isHostName(host) ? `Write ${shorten(host.toLowerCase())}` : domainHint;
}

function ascii(domain: string): string {
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : "";
}
