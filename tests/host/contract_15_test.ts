// The contract with FreeBSD 15.0.

import { testRecording } from "./contract.ts";

testRecording("15.0");
testRecording("15.0-more");
