import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  buildClientSchema,
  getIntrospectionQuery,
  parse,
  validate,
  type GraphQLObjectType,
  type IntrospectionQuery,
} from "graphql";
import { openOrg, type Opened } from "./opened.ts";

let opened: Opened;
let accountId: string;

beforeAll(async () => {
  opened = await openOrg();
  accountId = opened.insert("Account", { Name: "Austral Retail" });
  const contact = opened.insert("Contact", { LastName: "Ibarra", AccountId: accountId });
  for (let i = 0; i < 12; i++)
    opened.insert("Case", {
      Subject: `Caso ${String(i).padStart(2, "0")}`,
      Status: i < 4 ? "Closed" : "New",
      Priority: i % 2 ? "High" : "Low",
      AccountId: accountId,
      ContactId: contact,
    });
});
afterAll(() => opened.host.close());

interface Connection {
  totalCount: number;
  edges: { cursor: string; node: Record<string, { value: unknown; displayValue?: unknown }> }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}
type Answer = { uiapi: { query: Record<string, Connection> } };

const cases = (inside: string, selection: string) =>
  `query { uiapi { query { Case${inside} { totalCount edges { cursor node { ${selection} } } pageInfo { hasNextPage endCursor } } } } }`;

describe("the schema", () => {
  const ask = async (who: "ana" | "beto" = "ana") => {
    const { data, errors } = await opened.graphql<IntrospectionQuery>(getIntrospectionQuery(), {}, who);
    expect(errors).toEqual([]);
    return buildClientSchema(data!);
  };

  test("is told to tools, and a query that the org answers is valid by it", async () => {
    const schema = await ask();
    const check = (query: string) => validate(schema, parse(query)).map(({ message }) => message);
    const where = '(first: 2, where: { Subject: { like: "Caso%" } }, orderBy: { Subject: { order: DESC } })';
    const query = cases(where, "Id Subject { value } Account { Name { value } } CaseComments { totalCount }");
    expect(check(query)).toEqual([]);
    expect((await opened.graphql<Answer>(query)).data!.uiapi.query.Case!.edges).toHaveLength(2);
    expect(check(cases("", "Nope { value }"))).toEqual([
      expect.stringContaining('Cannot query field "Nope" on type "Case".'),
    ]);
    expect(
      check(
        'mutation { uiapi(input: { allOrNone: false }) { CaseCreate(input: { Case: { Subject: "x" } }) { Record { Id } } CaseDelete(input: { Id: "1" }) { Id } } }',
      ),
    ).toEqual([]);
  });

  test("holds what the UI API knows, with the names that GraphQL has for a history", async () => {
    const schema = await ask();
    const type = (name: string) => schema.getType(name) as GraphQLObjectType | undefined;
    expect(type("PermissionSetAssignment")).toBeUndefined();
    expect(Object.keys(type("CaseHistory")!.getFields())).toEqual(
      expect.arrayContaining(["OldvalString", "NewvalNumber"]),
    );
    expect(type("CaseHistory")!.getFields().OldValue).toBeUndefined();
  });

  test("one type is told by itself", async () => {
    const { data } = await opened.graphql('{ __type(name: "Case") { kind interfaces { name } } }');
    expect(data).toEqual({ __type: { kind: "OBJECT", interfaces: [{ name: "Record" }] } });
  });
});

describe("queries", () => {
  test("answers ten rows by default and counts all", async () => {
    const { data, errors } = await opened.graphql<Answer>(cases("", "Id"));
    expect(errors).toEqual([]);
    const found = data!.uiapi.query.Case!;
    expect([found.edges.length, found.totalCount, found.pageInfo.hasNextPage]).toEqual([10, 12, true]);
  });

  test("the next page begins where the last ended", async () => {
    const order = "orderBy: { Subject: { order: ASC } }";
    const first = await opened.graphql<Answer>(cases(`(first: 5, ${order})`, "Subject { value }"));
    const { endCursor } = first.data!.uiapi.query.Case!.pageInfo;
    const second = await opened.graphql<Answer>(
      cases(`(first: 5, after: "${endCursor}", ${order})`, "Subject { value }"),
    );
    expect(second.data!.uiapi.query.Case!.edges.map(({ node }) => node.Subject!.value)).toEqual(
      [5, 6, 7, 8, 9].map((i) => `Caso ${String(i).padStart(2, "0")}`),
    );
  });

  test.each([
    [`{ Status: { eq: "Closed" } }`, 4],
    [`{ and: [{ Status: { ne: "Closed" } }, { Priority: { in: ["High"] } }] }`, 4],
    [`{ or: [{ Subject: { like: "%00" } }, { Subject: { eq: "caso 11" } }] }`, 2],
    [`{ not: { Status: { eq: "Closed" } } }`, 8],
    [`{ Account: { Name: { eq: "Austral Retail" } } }`, 12],
    [`{ CreatedDate: { gte: { literal: TODAY } } }`, 12],
    [`{ AccountId: { inq: { Account: { Name: { like: "Austral%" } }, ApiName: "Id" } } }`, 12],
    [`{ Subject: { eq: "it's" } }`, 0],
  ])("where %s", async (where, count) => {
    const { data, errors } = await opened.graphql<Answer>(cases(`(where: ${where})`, "Id"));
    expect(errors).toEqual([]);
    expect(data!.uiapi.query.Case!.totalCount).toBe(count);
  });

  test("answers variables, parents and children", async () => {
    const { data, errors } = await opened.graphql<Answer>(
      `query ($name: String!) { uiapi { query { Account(where: { Name: { eq: $name } }) { edges { node {
        Id Name { value }
        Cases(first: 2, orderBy: { Subject: { order: DESC } }) { edges { node { Subject { value } Contact { Name { value } } } } }
      } } } } } }`,
      { name: "Austral Retail" },
    );
    expect(errors).toEqual([]);
    expect(data!.uiapi.query.Account!.edges[0]!.node).toEqual({
      Id: accountId,
      Name: { value: "Austral Retail" },
      Cases: {
        edges: ["Caso 11", "Caso 10"].map((subject) => ({
          node: { Subject: { value: subject }, Contact: { Name: { value: "Ibarra" } } },
        })),
      },
    });
  });

  test("a picklist displays in the user's language", async () => {
    const { data } = await opened.graphql<Answer>(
      cases("(first: 1)", "Status { value displayValue }"),
      {},
      "beto",
    );
    expect(data!.uiapi.query.Case!.edges[0]!.node.Status!.displayValue).toMatch(/Nuevo|Cerrado/);
  });

  test("a field that does not exist refuses the whole query, unless it is optional", async () => {
    const bad = await opened.graphql<Answer>(cases("", "Nope__c { value }"));
    expect(bad.errors[0]!.message).toMatch(/FieldUndefined: Field 'Nope__c' in type 'Case' is undefined/);
    expect(bad.data ?? null).toBeNull();
    const fine = await opened.graphql<Answer>(cases("", "Id Nope__c @optional { value }"));
    expect(fine.errors).toEqual([]);
  });

  test("names bad syntax and does not throw", async () => {
    const { errors } = await opened.graphql("query { uiapi {");
    expect(errors[0]!.message).toMatch(/Invalid syntax/);
  });

  test("answers aggregates by group", async () => {
    const { data, errors } = await opened.graphql<{
      uiapi: { aggregate: { Case: { edges: { node: { aggregate: unknown } }[] } } };
    }>(
      `query { uiapi { aggregate { Case(groupBy: { Status: { group: true } }) { edges { node { aggregate { Status { value } Id { count { value } } } } } } } } }`,
    );
    expect(errors).toEqual([]);
    const groups = data!.uiapi.aggregate.Case.edges.map(({ node }) => node.aggregate);
    expect(groups).toContainEqual({ Status: { value: "Closed" }, Id: { count: { value: 4 } } });
  });
});

describe("mutations", () => {
  test("creates, changes and deletes", async () => {
    const made = await opened.graphql<{ uiapi: { CaseCreate: { Record: { Id: string } } } }>(
      `mutation ($s: String) { uiapi { CaseCreate(input: { Case: { Subject: $s, Origin: "Web" } }) { Record { Id Subject { value } } } } }`,
      { s: "Desde GraphQL" },
    );
    expect(made.errors).toEqual([]);
    const { Id } = made.data!.uiapi.CaseCreate.Record;
    expect(opened.org.row("Case", Id)!.Subject).toBe("Desde GraphQL");
    await opened.graphql(
      `mutation { uiapi { CaseUpdate(input: { Id: "${Id}", Case: { Subject: "Otro" } }) { success } } }`,
    );
    expect(opened.org.row("Case", Id)!.Subject).toBe("Otro");
    const gone = await opened.graphql(`mutation { uiapi { CaseDelete(input: { Id: "${Id}" }) { Id } } }`);
    expect(gone.data).toEqual({ uiapi: { CaseDelete: { Id } } });
  });

  test("an id made by one step is used by the next", async () => {
    const { data, errors } = await opened.graphql<{
      uiapi: { CaseCreate: { Record: { AccountId: { value: string } } } };
    }>(
      `mutation { uiapi { AccountCreate(input: { Account: { Name: "Pampa" } }) { Record { Id } }
        CaseCreate(input: { Case: { Subject: "x", AccountId: "@{AccountCreate}" } }) { Record { AccountId { value } } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data!.uiapi.CaseCreate.Record.AccountId.value).toMatch(/^001/);
  });

  test("a refused step is null, with its error", async () => {
    const { data, errors } = await opened.graphql(
      `mutation { uiapi { AccountCreate(input: { Account: { Phone: "1" } }) { Record { Id } } } }`,
    );
    expect(data).toEqual({ uiapi: { AccountCreate: null } });
    expect(errors[0]!.message).toMatch(/required|missing/i);
  });

  test("a step that fails takes the one it builds on back with it", async () => {
    const { data, errors } = await opened.graphql(
      `mutation { uiapi { AccountCreate(input: { Account: { Name: "Taken back" } }) { Record { Id } }
        ContactCreate(input: { Contact: { AccountId: "@{AccountCreate}" } }) { Record { Id } } } }`,
    );
    expect(data).toEqual({ uiapi: { AccountCreate: null, ContactCreate: null } });
    expect(errors).not.toEqual([]);
    expect([...opened.org.rows("Account")].map((row) => row.Name)).not.toContain("Taken back");
  });

  test("the error names the failed step by its alias", async () => {
    const { data, errors } = await opened.graphql(
      `mutation { uiapi(input: { allOrNone: false }) {
        first: AccountCreate(input: { Account: { Name: "Kept" } }) { Record { Id } }
        second: AccountCreate(input: { Account: { Phone: "1" } }) { Record { Id } }
      } }`,
    );
    expect(data).toMatchObject({ uiapi: { first: { Record: {} }, second: null } });
    expect(errors[0]).toMatchObject({ paths: ["uiapi", "second"] });
  });
});

describe("what GraphQL does not know", () => {
  test.each([
    [
      "query { uiapi { query { PermissionSetAssignment { edges { node { Id } } } } } }",
      "PermissionSetAssignment",
    ],
    ["query { uiapi { query { CaseStatus { edges { node { Id } } } } } }", "CaseStatus"],
    ["query { uiapi { query { Case { edges { node { BusinessHours { Id } } } } } } }", "BusinessHours"],
    [
      "query { uiapi { query { Case { edges { node { TeamMembers { edges { node { Id } } } } } } } } }",
      "TeamMembers",
    ],
    [
      'mutation { uiapi { PermissionSetAssignmentCreate(input: { PermissionSetAssignment: { AssigneeId: "x" } }) { Record { Id } } } }',
      "PermissionSetAssignmentCreate",
    ],
    ["query { uiapi { query { CaseHistory { edges { node { NewValue { value } } } } } } }", "NewValue"],
  ])("%s", async (query, name) => {
    const { data, errors } = await opened.graphql(query);
    expect(data ?? null).toBeNull();
    expect(errors[0]!.message).toContain(`FieldUndefined: Field '${name}'`);
  });

  test("a history tells its values as texts and numbers, under names of its own", async () => {
    const id = opened.insert("Case", { Subject: "told", Status: "New" });
    await opened.call("ana", "PATCH", `/sobjects/Case/${id}`, { Status: "Working" });
    const { data, errors } = await opened.graphql<{
      uiapi: { query: { CaseHistory: { edges: { node: Record<string, unknown> }[] } } };
    }>(
      `query { uiapi { query { CaseHistory(where: { CaseId: { eq: "${id}" }, Field: { eq: "Status" } }) { edges { node {
        Field { value } OldvalString { value } NewvalString { value displayValue } NewvalNumber { value } } } } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data!.uiapi.query.CaseHistory.edges.map(({ node }) => node)).toEqual([
      {
        Field: { value: "Status" },
        OldvalString: { value: "New" },
        NewvalString: { value: "Working", displayValue: "Working" },
        NewvalNumber: { value: null },
      },
    ]);
  });
});
