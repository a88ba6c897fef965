// @ts-types="./std_cli_parse_args.d.ts"
export * from "npm-std/cli/parse-args";
