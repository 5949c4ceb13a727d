import { call, markStale, watch, WireAdapter } from "local/lds";

/** A parsed document is opaque to its user. */
export interface GraphQLDocument {
  readonly text: string;
}
export interface GraphQLError {
  message: string;
  locations?: { line: number; column: number }[];
  path?: (string | number)[];
  extensions?: Record<string, unknown>;
}
interface GraphQLAnswer {
  data?: unknown;
  errors?: GraphQLError[];
}
interface GraphQLConfig {
  query?: GraphQLDocument;
  variables?: Record<string, unknown>;
  operationName?: string;
}
export interface GraphQLProvision {
  data: unknown;
  errors: GraphQLError[] | undefined;
  refresh?: () => Promise<void>;
}

/** The template tag. It joins fragments by interpolation. */
export function gql(strings: TemplateStringsArray, ...values: unknown[]): GraphQLDocument {
  const fragments: string[] = [];
  let text = strings[0] ?? "";
  values.forEach((value, i) => {
    if (typeof value === "object" && value !== null && "text" in value) fragments.push(String(value.text));
    else text += String(value);
    text += strings[i + 1] ?? "";
  });
  return Object.freeze({ text: [text, ...fragments].join("\n") });
}

async function ask({ query, variables, operationName }: GraphQLConfig): Promise<GraphQLAnswer> {
  try {
    return await call<GraphQLAnswer>("POST", "/graphql", {
      query: query?.text,
      variables: variables ?? {},
      ...(operationName ? { operationName } : {}),
    });
  } catch (error) {
    const body = (error as { body?: unknown }).body;
    const errors = (body as GraphQLAnswer | undefined)?.errors;
    if (errors) return { errors };
    const [first] = Array.isArray(body)
      ? (body as { message: string }[])
      : [body as { message?: string } | undefined];
    return { errors: [{ message: first?.message ?? "The request failed." }] };
  }
}

/** A query on a wire. It asks again when a record of its answer is saved, as Lightning Data Service does. */
export class graphql extends WireAdapter<GraphQLConfig, GraphQLProvision> {
  #generation = 0;
  #unwatch: (() => void)[] = [];
  #queued = false;

  protected empty(): GraphQLProvision {
    return { data: undefined, errors: undefined };
  }
  protected ready(config: GraphQLConfig): boolean {
    return config.query !== undefined && config.query !== null;
  }
  protected start(): void {
    void this.refresh();
  }
  protected override stop(): void {
    this.#generation++;
    this.#rewatch(new Set());
  }

  async refresh(): Promise<void> {
    const { config } = this;
    if (!config || !this.ready(config)) return;
    const generation = ++this.#generation;
    const { data, errors } = await ask(config);
    if (generation !== this.#generation) return;
    const ids = new Set<string>();
    collectIds(data, ids);
    this.#rewatch(ids);
    this.emit({
      data: data ?? undefined,
      errors: errors && errors.length > 0 ? errors : undefined,
      refresh: () => this.refresh(),
    });
  }

  #rewatch(ids: Set<string>): void {
    for (const unwatch of this.#unwatch) unwatch();
    const again = () => {
      // one request covers several records that are saved together
      if (this.#queued) return;
      this.#queued = true;
      queueMicrotask(() => {
        this.#queued = false;
        void this.refresh();
      });
    };
    this.#unwatch = [...ids].map((id) => watch(id, { changed: () => {}, stale: again, gone: again }));
  }
}

function collectIds(value: unknown, ids: Set<string>): void {
  if (Array.isArray(value)) for (const each of value) collectIds(each, ids);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) {
      if (key === "Id" && typeof each === "string") ids.add(each);
      else if (typeof each === "object") collectIds(each, ids);
    }
}

/** A mutation. Components call it as a function only. */
export async function executeMutation(
  request: GraphQLConfig | GraphQLDocument,
  options: { variables?: Record<string, unknown>; operationName?: string } = {},
): Promise<{ data?: unknown; errors: GraphQLError[] | undefined }> {
  const config: GraphQLConfig = "text" in request ? { query: request, ...options } : request;
  const answer = await ask(config);
  const ids = new Set<string>();
  collectIds(answer.data, ids);
  markStale([...ids]);
  return { ...answer, errors: answer.errors };
}

/** A query that components call as a function. */
export async function executeQuery(config: GraphQLConfig): Promise<GraphQLAnswer> {
  return ask(config);
}
