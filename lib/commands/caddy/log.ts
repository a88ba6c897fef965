// Caddy's log of an app's answers, in its site file.

import { answersLog } from "../paths.ts";

/** When, how long, which status and size, and nothing of who asked for what. Two files of 10 MB are the most. */
export function logLines({ app, log = false }: { readonly app: string; readonly log?: boolean }): string {
  return !log ? "" : `	log {
		output file ${answersLog(app)} {
			roll_size 10MiB
			roll_keep 1
		}
		format filter {
			wrap json
			fields {
				request delete
				resp_headers delete
				common_log delete
				user_id delete
			}
		}
	}
`;
}
