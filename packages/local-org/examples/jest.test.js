// A test with Jest and jsforce against an org of its own. Run it with:
//   NODE_OPTIONS=--experimental-vm-modules npx jest --testMatch '**/jest.test.js'
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startLocalOrgs } from "@compromiso/local-org";
import { Connection } from "jsforce";

let host;
let salesforce;
beforeAll(async () => {
  host = await startLocalOrgs({
    orgs: [
      {
        name: "acme",
        label: "Acme",
        language: "en_US",
        timeZone: "America/New_York",
        users: [
          {
            username: "ada@acme.example",
            name: "Ada Admin",
            email: "ada@acme.example",
            profile: "System Administrator",
          },
        ],
      },
    ],
  });
  const org = host.orgs.get("acme");
  const [ada] = org.rows("User");
  const { token } = org.sessions.open(ada.Id, "test");
  salesforce = new Connection({ instanceUrl: org.instanceUrl, accessToken: token });
});
afterAll(() => host.close());

test("a closed case has the instant of its closing", async () => {
  const { id } = await salesforce.sobject("Case").create({ Subject: "It does not print", Origin: "Web" });
  await salesforce.sobject("Case").update({ Id: id, Status: "Closed" });
  const { records } = await salesforce.query(`SELECT IsClosed, ClosedDate FROM Case WHERE Id = '${id}'`);
  expect(records).toEqual([expect.objectContaining({ IsClosed: true, ClosedDate: expect.any(String) })]);
});
