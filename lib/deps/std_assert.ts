// @ts-types="./std_assert.d.ts"
export * from "npm-std/assert";
