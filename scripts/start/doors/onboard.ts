// Makes the people of each client its contacts, and says in the service's settings that they may write in.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Mendable } from "../cleanly.ts";
import type { DemoClient } from "../clients.ts";
import { places, root } from "../places.ts";
import { run } from "../processes.ts";
import { signIn } from "../signin.ts";
import { writers } from "./people.ts";

export async function openDoors(client: DemoClient, keyFile: string): Promise<void> {
  const org = await signIn(client, client.admin, keyFile);
  const results = await org.sobject("Contact").create(
    writers
      .filter((writer) => writer.client === client.id)
      .map(({ name, email, phone }) => {
        const [FirstName = "", LastName = ""] = name.split(" ");
        return { FirstName, LastName, Email: email, MobilePhone: `+${phone}` };
      }),
    { allOrNone: true },
  );
  const failed = results.find(({ success }) => !success);
  if (failed) throw new Mendable(`${client.label}: a contact could not be made: ${JSON.stringify(failed)}`);
  const file = join(places.service, `doors-${client.id}.json`);
  const doors = { contacts: `Email LIKE '%@${client.domain}'`, country: "AR" };
  writeFileSync(file, JSON.stringify({ doors }, null, 2));
  await run(`doors-${client.id}`, [
    join(root, "sync-service/bin/sla-sync.js"),
    ...["orgs", "update", client.id, "--settings", file],
    ...["--config", join(places.service, "config.json")],
  ]);
}
