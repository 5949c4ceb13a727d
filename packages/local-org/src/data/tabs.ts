/** `/tabs`: the tabs that were deployed, of objects, pages, components and addresses. */
import { flag, parseXml, textOf } from "../metadata/xml/parse.ts";
import { ok, type Handler } from "./answer.ts";

export const tabs: Handler = ({ org, caller }) =>
  ok(
    org.components.list("CustomTab").flatMap(({ fullName, files, createdAt }) => {
      const [content] = files.values();
      const tab = content && parseXml(Buffer.from(content).toString("utf8"));
      const object = tab && flag(tab, "customObject") ? org.schema.object(fullName) : undefined;
      if (tab === undefined) return [];
      if (object !== undefined && !org.access.object(caller.userId, object.name).read) return [];
      const address = object === undefined ? `n/${fullName}` : `o/${object.name}/list`;
      return [
        {
          colors: [],
          custom: true,
          iconUrl: null,
          icons: [],
          label: object?.labelPlural ?? textOf(tab, "label") ?? fullName,
          miniIconUrl: null,
          name: fullName,
          sobjectName: object?.name ?? "",
          timeCreated: createdAt,
          url: `${org.instanceUrl}/lightning/${address}`,
        },
      ];
    }),
  );
