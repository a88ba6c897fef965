// @ts-types="./std_fmt_colors.d.ts"
export * from "npm-std/fmt/colors";
