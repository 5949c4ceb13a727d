import type { Org } from "../../org/types.ts";
import { changeEventSchema, platformEventSchema, type EventSchema } from "./schema.ts";

export interface Schemas {
  ofChange(objectName: string): EventSchema | undefined;
  ofPlatformEvent(name: string): EventSchema | undefined;
  byId(id: string): EventSchema | undefined;
}

/** The org's event schemas, made when asked for; ids given out stay known while the org's objects change. */
export function schemasOf(org: Org): Schemas {
  const current = new Map<string, EventSchema>();
  const given = new Map<string, EventSchema>();
  org.schema.onChange(() => current.clear());

  const make = (name: string, platform: boolean) => {
    const known = current.get(name);
    if (known) return known;
    const object = org.schema.object(name);
    if (!object || object.name.endsWith("__e") !== platform) return undefined;
    const schema = platform ? platformEventSchema(object) : changeEventSchema(object);
    current.set(name, schema);
    given.set(schema.id, schema);
    return schema;
  };

  return {
    ofChange: (objectName) => make(objectName, false),
    ofPlatformEvent: (name) => make(name, true),
    byId(id) {
      if (!given.has(id)) {
        // After a restart a client may ask for an id given out before it.
        for (const object of org.schema.objects()) {
          if (object.name.endsWith("__e")) make(object.name, true);
          else if (object.changeEvents) make(object.name, false);
        }
      }
      return given.get(id);
    },
  };
}
