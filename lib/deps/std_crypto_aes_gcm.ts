// @ts-types="./std_crypto_aes_gcm.d.ts"
export * from "npm-std/crypto/aes-gcm";
