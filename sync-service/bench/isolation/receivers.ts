// A mail server and a Slack in a process of their own: what keeps the orgs busy must not delay their answers.
import { mailWire } from "../../test/channels/wires/mail.ts";
import { serve } from "../../test/channels/wires/serve.ts";

/** Slack as it limits one channel, to which others post too: every second message gets 429 and 30 s of silence. */
async function limitedSlack() {
  let asked = 0;
  return serve(({ body }) => {
    const channel = new URLSearchParams(body).get("channel")!;
    if (channel === "C0STORM" && ++asked % 2 === 0)
      return { status: 429, headers: { "retry-after": "30" }, body: { ok: false, error: "ratelimited" } };
    return { body: { ok: true, channel, ts: "1700000000.000100" } };
  });
}

export interface Receivers {
  slack: string;
  mail: string;
}

const [slack, mail] = await Promise.all([limitedSlack(), mailWire()]);
process.send!({ slack: slack.url, mail: mail.url } satisfies Receivers);
// they end with who started them
process.once("disconnect", () => process.exit(0));
