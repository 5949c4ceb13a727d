import { ok, type Handler } from "./answer.ts";

/** What lives under `/services/data/vXX.X`. */
export const resources: Handler = ({ org, caller, version }) => {
  const base = `/services/data/v${version}`;
  return ok({
    tooling: `${base}/tooling`,
    metadata: `${base}/metadata`,
    recent: `${base}/recent`,
    tabs: `${base}/tabs`,
    quickActions: `${base}/quickActions`,
    query: `${base}/query`,
    queryAll: `${base}/queryAll`,
    composite: `${base}/composite`,
    limits: `${base}/limits`,
    search: `${base}/search`,
    parameterizedSearch: `${base}/parameterizedSearch`,
    jobs: `${base}/jobs`,
    sobjects: `${base}/sobjects`,
    "ui-api": `${base}/ui-api`,
    identity: `${org.instanceUrl}/id/${org.id}/${caller.userId}`,
  });
};

export const recent: Handler = ({ org, caller, query, version }) => {
  const limit = Math.min(2000, Math.max(1, Number(query.get("limit") ?? 200)));
  const found: { at: number; item: unknown }[] = [];
  for (const def of org.schema.objects()) {
    if (!def.fields.has("LastViewedDate") || !org.access.object(caller.userId, def.name).read) continue;
    for (const row of org.rows(def.name))
      if (row.LastModifiedById === caller.userId && row.IsDeleted !== true)
        found.push({
          at: Number(row.SystemModstamp),
          item: {
            attributes: { type: def.name, url: `/services/data/v${version}/sobjects/${def.name}/${row.Id}` },
            Id: row.Id,
            Name: row[def.nameField],
          },
        });
  }
  return ok(
    found
      .sort((a, b) => b.at - a.at)
      .slice(0, limit)
      .map(({ item }) => item),
  );
};
