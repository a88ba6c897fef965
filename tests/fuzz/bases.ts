/** Files that are damaged: made once, so that a seed gives the same cases again. Nothing uses these keys. */

/** Private keys: two in PKCS#8, one in OpenSSH's form, one in the old form of RSA. */
export const privateKeys: readonly string[] = [
  `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIE6Rhe0vzjQ8WfqP8ceh2WWopRppclk0TIkRDkBBA9DZ
-----END PRIVATE KEY-----
`,
  `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgC5V+g6Lhl024XAIB
z4fLj6vaUpxqA8ulUuIkGmcWh4mhRANCAATqLKf+HgJgGF/tHgQH4Nt4s/LvNX1x
QxsnmwX8ZBsGrahzEbOGsidtj9gyefGhMBO4RNMvNqvPzpQdbX3JKZdB
-----END PRIVATE KEY-----
`,
  `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz
c2gtZWQyNTUxOQAAACBeBHC+PWzA+nMFHFVEAD9OdQ+SzA82o6uqdS0mC/zhmAAA
AIgAAAAAAAAAAAAAAAtzc2gtZWQyNTUxOQAAACBeBHC+PWzA+nMFHFVEAD9OdQ+S
zA82o6uqdS0mC/zhmAAAAEBOkYXtL840PFn6j/HHodllqKUaaXJZNEyJEQ5AQQPQ
2V4EcL49bMD6cwUcVUQAP051D5LMDzajq6p1LSYL/OGYAAAAAAECAwQF
-----END OPENSSH PRIVATE KEY-----
`,
  `-----BEGIN RSA PRIVATE KEY-----
MIICXQIBAAKBgQCvNUdh8dXGOsl5WmOmtNVIhSIh6KZOVz0fcdujuWD4pcZ3Jzgj
98mWyTt1Y2Pm0ObZr3P9hBJp4TFHNQRMs6g7zx/g0hqkf+bhGEWN+vWEMQKt5NxR
IyjeOCjRmXnt1KcVGt7QuwqLaY4TPfdoGpv1kAnJgzMossc9PrzTzcN8MQIDAQAB
AoGBAK2GG/NyOyG/mUi579XsZQwU5vAkZYlTN3MMJdbqQ5MfRAdAbYaZ4yqWlG+3
hvrTzL6t2Tes9Tutz0tRw7dfe25UYe84PFetLM+QTWmtyqp0uZ0xpBblHhHqptEC
9iEKg5I/wErweM9RAdByu5hL+TOJ65ZEsR+La3cd3jVGljxNAkEA4bfeMNfkicVG
REsuplyy9oQ01JzF8kunRXsB/WQJptmWAapOzL73LBP2USqNevnDvlB/5xjL7TmM
y4czH8qX7wJBAMa2rVB3rRc/fIJe4k82PcbPKWZBlatnVUZ49hfc4BYap+st4PQA
2ton8pY6GQJZPg+uZKdFaU7P7apInzSODd8CQQCXZbK85DJATnfhGuSBZbAMNYUS
Ds2exSu/KNCe21i19z/sggU0w+oaQJF4w6f+EkU/A9OmeDVgOre7VEXwTv01AkAH
dXvz9UoOAVgPHLip+INBHy2SpQuVL3/H8WprYuMWcVG0RjiXcCDG55D3ip69s9Pc
itNEZBqb1ro5FhjDxEFJAkBfolUjDyZA0rcXaI6ZsCSsyjzRo+4nYcDlFvbDrnZ9
RrU8S/Fp9EiTNn1f42JuzNk/brQ/EQy1GMgJVMaXip2i
-----END RSA PRIVATE KEY-----
`,
];

/** Secrets, encrypted by a key of 32 bytes 7. */
export const encrypted = `alcaide-secrets/1 environment=staging key=3e5f46962b530b74
# Safe to commit: names can be read, values are encrypted. Change it with "alcaide secrets edit".
A: fLOAwE4qj1pahi2jbq64FJ7C28YalvcFabIElx0VSQ==
DATABASE_URL: wvlY7jw4vwcOoWsIv2aellVVlm4eEV3ZX2JJtwsbH97UnlvUjDXKVvvXXvm1BA1fFg==
tls.key: ZlA+Q+lWUolrj85EJIWqX4HW04BCEPUvwUlZZWQdI7J54R1cvXaw
end Jv9ESTG8zSxoSfBLv7zdBSWs5CSzG+Ua+6FrIA==
`;
