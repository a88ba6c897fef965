// @ts-types="./std_fmt_bytes.d.ts"
export * from "npm-std/fmt/bytes";
