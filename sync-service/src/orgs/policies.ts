import { readPolicy } from "c/slaPolicyCheck";
import { remembered } from "../remembered.ts";

type Read = ReturnType<typeof readPolicy>;

const read = remembered<Read>(200, readPolicy);

/** As `readPolicy`, for a text that each look at an org brings again. Nobody may change the policy that it gives. */
export const policyIn = (text: string | null): Read => (text === null ? readPolicy(null) : read(text));
