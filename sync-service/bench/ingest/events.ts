// Change events as the Pub/Sub API brings them: bytes by an Avro schema.
import { changeEventHeader } from "@compromiso/pubsub-api";
import avsc from "avsc";
import { contract, id, user } from "../../test/mirror/world.ts";

const text = (name: string) => ({ name, type: ["null", "string"], default: null });
const fields = [
  "CaseNumber",
  "Subject",
  "Status",
  "Origin",
  "OwnerId",
  "ContactId",
  "CreatedById",
  "Support_Contract__c",
  "Support_Priority__c",
  "Support_Channel__c",
  "Service_Category__c",
];
export const schema = {
  type: "record",
  name: "CaseChangeEvent",
  fields: [
    { name: "ChangeEventHeader", type: changeEventHeader },
    ...fields.map(text),
    { name: "CreatedDate", type: ["null", "long"], default: null },
    { name: "LastModifiedDate", type: ["null", "long"], default: null },
  ],
};
const places: string[] = schema.fields.map(({ name }) => name);
const type = avsc.Type.forSchema(schema as never);
/** When the first of them is committed, ms. */
export const at = Date.parse("2026-11-23T13:00:00Z");

/** One in five opens a case; the others change status, owner, priority or subject of one that is there. */
export function* events(changes: number): Generator<Buffer> {
  // an update names the instant of its saving among what changed, as Salesforce's do
  const bit = (...names: string[]) => [
    `0x${[...names, "LastModifiedDate"].reduce((sum, name) => sum | (1 << places.indexOf(name)), 0).toString(16)}`,
  ];
  for (let n = 0; n < changes; n++) {
    const opens = n % 5 === 0;
    const number = opens ? n / 5 : (n * 7919) % Math.ceil((n + 1) / 5);
    const all = {
      CaseNumber: String(number),
      Subject: `Case ${number} of the benchmark`,
      Status: "New",
      Origin: "Web",
      OwnerId: id("00G", 1),
      ContactId: null,
      CreatedById: user.martina,
      Support_Contract__c: contract,
      Support_Priority__c: "P3",
      Support_Channel__c: "Portal",
      Service_Category__c: "Configuration",
    };
    const [changed, some] = [
      [["Status"], { Status: "Working" }],
      [["OwnerId"], { OwnerId: user.camila }],
      [["Support_Priority__c"], { Support_Priority__c: n % 2 ? "P1" : "P2" }],
      [["Subject"], { Subject: `Another subject ${n}` }],
    ][n % 4] as [string[], object];
    const empty = Object.fromEntries(fields.map((name) => [name, null]));
    yield type.toBuffer({
      ChangeEventHeader: {
        entityName: "Case",
        recordIds: [id("500", number)],
        changeType: opens ? "CREATE" : "UPDATE",
        changeOrigin: "com/salesforce/api/rest/68.0;client=Portal",
        transactionKey: `0004ed5f-7c1d-${n}`,
        sequenceNumber: 1,
        commitTimestamp: at + n,
        commitNumber: 10_000_000 + n,
        commitUser: n % 2 ? user.camila : user.martina,
        nulledFields: [],
        diffFields: [],
        changedFields: opens ? [] : bit(...changed),
      },
      ...empty,
      ...(opens ? all : some),
      CreatedDate: opens ? at + n : null,
      LastModifiedDate: at + n,
    });
  }
}
