// Caddy's settings of rc.conf in a probe's answer.

export const service = {
  config: "/usr/local/etc/caddy/Caddyfile",
  adapter: "caddyfile",
  admin: "",
  "extra_flags": "",
};
