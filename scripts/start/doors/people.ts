// Who writes on the page: each client's two people, by their address in each channel.
import { demoClients, type DemoClient } from "../clients.ts";

export interface Writer {
  client: DemoClient["id"];
  label: string;
  plan: string;
  name: string;
  email: string;
  phone: string;
  slackUser: string;
  slackChannel: string;
}

export const writers: readonly Writer[] = demoClients.flatMap((client, n) =>
  client.clients.map((person, m) => ({
    client: client.id,
    label: client.label,
    plan: client.plan,
    name: person.name,
    email: person.email,
    phone: `54911555001${n}${m}`,
    slackUser: `U0${person.name.split(" ")[0]!.toUpperCase()}${n}`,
    slackChannel: `C0${client.id.toUpperCase()}`,
  })),
);
