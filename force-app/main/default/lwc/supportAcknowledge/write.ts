/** Saves acknowledgements: one by itself, several in few requests. */
import { executeMutation, gql, type GraphQLError } from "lightning/graphql";
import { updateRecord } from "lightning/uiRecordApi";
import { reasonOf } from "c/supportContract";

export interface ToAcknowledge {
  id: string;
  /** When the case was last changed, as far as the page knows: a newer change wins. */
  modifiedAt: number;
  /** The user becomes the owner too. */
  takes?: boolean;
}

/** The platform states no limit of operations in one mutation. Half as many are asked when it refuses. */
const OPERATIONS = 34;
/** So few are saved one by one: a mutation takes no `ifUnmodifiedSince`, and can write over a colleague's. */
const ONE_BY_ONE = 5;
/** Mutations at once, and single saves at once: a browser opens six connections to a host. */
const MUTATIONS_AT_ONCE = 2;
const SAVES_AT_ONCE = 5;
const SALESFORCE_ID = /^[a-zA-Z0-9]{15,18}$/;

/** Answers the reason for each that was not saved. `done` hears how many are behind us. */
export async function acknowledge(
  cases: ToAcknowledge[],
  userId: string,
  done: (count: number) => void = () => {},
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  let behind = 0;
  const count = (more: number): void => {
    behind += more;
    done(behind);
  };
  const [only] = cases;
  if (cases.length === 1 && only) {
    const reason = await saveOne(only, userId);
    if (reason !== null) refused.set(only.id, reason);
    count(1);
    return refused;
  }
  const together = savedTogether(cases);
  await inTurns(inParts(together), MUTATIONS_AT_ONCE, async (part) => {
    for (const [id, reason] of await mutate(part, userId)) refused.set(id, reason);
    count(part.length);
  });
  const single = cases.filter((one) => !together.includes(one));
  await inTurns(single, SAVES_AT_ONCE, async (one) => {
    const reason = await saveOne(one, userId);
    if (reason !== null) refused.set(one.id, reason);
    count(1);
  });
  return refused;
}

/** Those that go by mutation. An older release of the platform knows no mutations, and an owner is never written over. */
export function savedTogether(cases: ToAcknowledge[]): ToAcknowledge[] {
  const many = cases.filter(({ id, takes }) => !takes && SALESFORCE_ID.test(id));
  return typeof executeMutation === "function" && many.length > ONE_BY_ONE ? many : [];
}

/** Gives an acknowledgement back to the colleague who was first. The service does the same, if this is refused. */
export async function giveBack(id: string, colleague: string): Promise<void> {
  await updateRecord({ fields: { Id: id, SLA_Acknowledged_By__c: colleague } }).catch(() => {});
}

const fieldsOf = ({ takes }: ToAcknowledge, userId: string): Record<string, string> => ({
  SLA_Acknowledged_By__c: userId,
  ...(takes ? { OwnerId: userId } : {}),
});

/** null when it is saved. */
async function saveOne(one: ToAcknowledge, userId: string): Promise<string | null> {
  try {
    await updateRecord(
      { fields: { Id: one.id, ...fieldsOf(one, userId) } },
      { ifUnmodifiedSince: new Date(one.modifiedAt).toISOString() },
    );
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

const inParts = (cases: ToAcknowledge[]): ToAcknowledge[][] =>
  Array.from({ length: Math.ceil(cases.length / OPERATIONS) }, (_, part) =>
    cases.slice(part * OPERATIONS, (part + 1) * OPERATIONS),
  );

/** One request for all; when it is refused as a whole, two for half of them each. */
async function mutate(cases: ToAcknowledge[], userId: string): Promise<Map<string, string>> {
  const { saved, errors } = await ask(cases, userId);
  const ids = cases.map(({ id }) => id);
  if (saved) {
    const failed = ids.filter((_, index) => !saved[`a${index}`]);
    return new Map(failed.map((id) => [id, errorOf(errors, ids.indexOf(id), failed.indexOf(id))]));
  }
  if (ids.length === 1) return new Map([[ids[0]!, errors.map(({ message }) => message).join(" ")]]);
  const half = Math.ceil(ids.length / 2);
  const first = await mutate(cases.slice(0, half), userId);
  return new Map([...first, ...(await mutate(cases.slice(half), userId))]);
}

/** `saved` says of each alias whether it went through; null when nothing of the request was carried out. */
async function ask(
  cases: ToAcknowledge[],
  userId: string,
): Promise<{ saved: Record<string, unknown> | null; errors: GraphQLError[] }> {
  try {
    const { data, errors } = await executeMutation!({ query: mutation(cases, userId) });
    return { saved: data?.uiapi ?? null, errors: errors ?? [] };
  } catch (error) {
    return { saved: null, errors: [{ message: reasonOf(error) }] };
  }
}

/** The error that names the alias, else the one at its place among the errors, else all that was said. */
function errorOf(errors: GraphQLError[], index: number, place: number): string {
  const named = errors.find(({ path, paths }) => (path ?? paths ?? []).includes(`a${index}`));
  const all = [...new Set(errors.map(({ message }) => message))].join(" ");
  return (named ?? errors[place])?.message ?? all;
}

/**
 * `allOrNone: false`, since one refused case must not undo the others. The answer holds what changed and no more: the
 * page asks for the cases once, when all is saved.
 */
function mutation(cases: ToAcknowledge[], userId: string): ReturnType<typeof gql> {
  const operations = cases.map((one, index) => {
    const fields = Object.entries(fieldsOf(one, userId)).map(([name, value]) => `${name}: "${value}"`);
    return `a${index}: CaseUpdate(
      input: { Id: "${one.id}", Case: { ${fields.join(", ")} } }
    ) { Record { SLA_Acknowledged_By__c { value } } }`;
  });
  const text = `mutation SupportAcknowledge {
    uiapi(input: { allOrNone: false }) { ${operations.join("\n")} }
  }`;
  return gql(Object.assign([text], { raw: [] as string[] }));
}

/** Runs `work` on every item, so many at a time. */
async function inTurns<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    // eslint-disable-next-line no-await-in-loop -- one after the other is what a worker is for
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
