// @ts-types="./std_encoding_base64.d.ts"
export * from "npm-std/encoding/base64";
