import { updateRecord } from "lightning/uiRecordApi";
import { acknowledge } from "c/supportAcknowledge";

/** An older release of the platform has no mutations. */
jest.mock("lightning/graphql", () => ({ gql: () => ({}), executeMutation: undefined }));
const save = updateRecord as unknown as jest.Mock;

test("without mutations each case is saved by itself, and each refusal is told with its reason", async () => {
  const cases = Array.from({ length: 12 }, (_, n) => ({
    id: `50000000000${1000 + n}AAA`,
    modifiedAt: Date.parse("2026-11-25T13:00:00Z"),
  }));
  save.mockImplementation(({ fields }: { fields: { Id: string } }) =>
    fields.Id === cases[3]!.id ? Promise.reject({ body: { message: "locked" } }) : Promise.resolve({}),
  );
  const behind: number[] = [];
  const refused = await acknowledge(cases, "005000000000001AAA", (done) => behind.push(done));
  expect(save).toHaveBeenCalledTimes(12);
  expect([...refused]).toEqual([[cases[3]!.id, "locked"]]);
  expect(behind).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});
