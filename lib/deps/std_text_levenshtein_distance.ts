// @ts-types="./std_text_levenshtein_distance.d.ts"
export * from "npm-std/text/levenshtein-distance";
